package org.attunedb.index;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What index may depend on, and how its packages may depend on each other. */
class ArchitectureTest {
  private static final String ROOT = "org.attunedb.index";
  private static final String INTERNAL = ROOT + ".internal";

  private static final JavaClasses MAIN =
      new ClassFileImporter().importPath(Path.of("target/classes"));

  @Test
  void dependencies_main_areOnlyTheAllowedOnes() {
    classes()
        .that()
        .resideInAPackage(ROOT + "..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            ROOT + "..",
            "org.attunedb.core..",
            "org.apache.lucene..",
            "io.github.jbellis.jvector..",
            "org.slf4j..",
            "org.jspecify..",
            "com.fasterxml.jackson.databind..",
            // Exported and documented by the JDK's module jdk.management: a machine's memory.
            "com.sun.management",
            "java..")
        .check(MAIN);
  }

  /** {@code internal.lucene} and {@code internal.log} keep metadata as JSON. */
  @Test
  void jackson_main_isUsedOnlyWhereFilesAreReadAndWritten() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            INTERNAL + ".io",
            INTERNAL + ".log",
            INTERNAL + ".store",
            INTERNAL + ".adapter",
            INTERNAL + ".jobs",
            INTERNAL + ".lucene",
            INTERNAL + ".maintenance")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.fasterxml.jackson..")
        .check(MAIN);
  }

  @Test
  void jvector_main_isKnownToItsPackageOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage(INTERNAL + ".lucene.jvector")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.github.jbellis..")
        .check(MAIN);
  }

  /** Callers must not depend on the engine. */
  @Test
  void lucene_main_isNotInTheApi() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT, ROOT + ".lexical")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.lucene..")
        .check(MAIN);
  }

  /** The API's classes delegate to a store and an analysis; records and interfaces stay clean. */
  @Test
  void internals_main_areUsedByTheEntryPointsOnly() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT, ROOT + ".lexical")
        .and()
        .doNotHaveFullyQualifiedName(ROOT + ".Attune")
        .and()
        .haveSimpleNameNotStartingWith("LexicalEmbedder")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(INTERNAL + "..")
        .check(MAIN);
  }

  @Test
  void internalPackages_main_haveNoCycles() {
    slices().matching(INTERNAL + ".(*)..").should().beFreeOfCycles().check(MAIN);
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
}
