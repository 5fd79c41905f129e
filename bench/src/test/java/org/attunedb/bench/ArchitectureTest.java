package org.attunedb.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Bench sees every module and none sees bench. */
class ArchitectureTest {
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.attunedb");

  @Test
  void dependencies_allModules_leadAwayFromServerAndBench() {
    assertThat(MAIN.stream().map(type -> type.getPackageName().split("\\.")[2]).distinct())
        .contains("core", "index", "training", "server", "bench");
    noClasses()
        .that()
        .resideOutsideOfPackage("org.attunedb.bench..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.attunedb.bench..")
        .check(MAIN);
    noClasses()
        .that()
        .resideOutsideOfPackages("org.attunedb.server..", "org.attunedb.bench..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.attunedb.server..")
        .check(MAIN);
  }

  @Test
  void djl_bench_isReachedThroughTheTrainerOnly() {
    noClasses()
        .that()
        .resideInAPackage("org.attunedb.bench..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.attunedb.training..", "ai.djl..")
        .check(MAIN);
  }
}
