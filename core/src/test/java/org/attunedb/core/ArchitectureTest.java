package org.attunedb.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.attunedb.core.filter.Filter;
import org.junit.jupiter.api.Test;

/** What core may depend on, and how its packages may depend on each other. */
class ArchitectureTest {
  private static final String ROOT = "org.attunedb.core";

  private static final ArchRule ALLOWED_DEPENDENCIES =
      classes()
          .that()
          .resideInAPackage(ROOT + "..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(ROOT + "..", "java..", "org.jspecify..", "com.fasterxml.jackson..");

  private static final ArchRule JACKSON_IN_CODECS_ONLY =
      noClasses()
          .that()
          .resideOutsideOfPackages("..codec..", ROOT + ".adapter")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.fasterxml.jackson..");

  private static final ArchRule NO_PACKAGE_CYCLES =
      slices().assignedFrom(new ByPackage()).should().beFreeOfCycles();

  private static final JavaClasses MAIN =
      new ClassFileImporter().importPath(Path.of("target/classes"));

  @Test
  void dependencies_main_areOnlyTheAllowedOnes() {
    ALLOWED_DEPENDENCIES.check(MAIN);
  }

  @Test
  void jackson_main_isUsedInCodecsOnly() {
    JACKSON_IN_CODECS_ONLY.check(MAIN);
  }

  @Test
  void packages_main_haveNoCycles() {
    NO_PACKAGE_CYCLES.check(MAIN);
  }

  /** The rules must bite. */
  @Test
  void rules_classesThatBreakThem_areFound() {
    JavaClasses offenders =
        new ClassFileImporter().importClasses(Offender.class, Filter.class, Metadata.class);

    assertThat(ALLOWED_DEPENDENCIES.evaluate(offenders).hasViolation()).isTrue();
    assertThat(JACKSON_IN_CODECS_ONLY.evaluate(offenders).hasViolation()).isTrue();
    assertThat(NO_PACKAGE_CYCLES.evaluate(offenders).hasViolation()).isTrue();
  }

  @Test
  void packages_main_areNullMarked() throws IOException {
    List<Path> packages;
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      packages =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .map(Path::getParent)
              .distinct()
              .toList();
    }

    assertThat(packages)
        .hasSizeGreaterThan(5)
        .allSatisfy(
            folder ->
                assertThat(folder.resolve("package-info.java"))
                    .content()
                    .contains("\n@NullMarked\npackage " + ROOT)
                    .contains("import org.jspecify.annotations.NullMarked;"));
  }

  /** Breaks every rule: a test library, Jackson outside codecs, core's root knowing filters. */
  private record Offender(JavaClasses classes, JsonNode json, Filter filter) {}

  private static final class ByPackage implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return type.getPackageName().startsWith(ROOT)
          ? SliceIdentifier.of(type.getPackageName())
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "packages of " + ROOT;
    }
  }
}
