package org.attunedb.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import okhttp3.OkHttpClient;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.training.DjlAdapterTrainer;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/** Directions between modules, and where frameworks may be seen. */
class ArchitectureTest {
  private static final ArchRule NOTHING_DEPENDS_ON_SERVER =
      noClasses()
          .that()
          .resideOutsideOfPackages("org.attunedb.server..", "org.attunedb.bench..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.attunedb.server..");

  private static final ArchRule NOTHING_DEPENDS_ON_BENCH =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.attunedb.bench..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.attunedb.bench..");

  private static final DescribedPredicate<JavaClass> PART_OF_A_COMMAND =
      DescribedPredicate.describe(
          "part of a CliCommand",
          type -> {
            JavaClass outermost = type;
            while (outermost.getEnclosingClass().isPresent()) {
              outermost = outermost.getEnclosingClass().get();
            }
            return outermost.isAssignableTo(CliCommand.class);
          });

  /** Commands live beside what they show; everything else is free of the command line. */
  private static final ArchRule PICOCLI_IN_CLI_AND_COMMANDS_ONLY =
      noClasses()
          .that()
          .resideOutsideOfPackages("org.attunedb.server.cli..", "org.attunedb.bench..")
          .and(DescribedPredicate.not(PART_OF_A_COMMAND))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  private static final ArchRule JAVALIN_IN_HTTP_ONLY =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.attunedb.server.http..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.javalin..", "jakarta.servlet..", "org.eclipse.jetty..");

  /** The server gets trainers through {@code ServiceLoader}: it also starts without PyTorch. */
  private static final ArchRule NO_TRAINER_AND_NO_DJL =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.attunedb.training..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.attunedb.training..", "ai.djl..");

  private static final ArchRule OPENAI_IN_ITS_PACKAGE_ONLY =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.attunedb.server.openai..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.openai..");

  private static final ArchRule OKHTTP_WHERE_SERVERS_ARE_ASKED_ONLY =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "org.attunedb.server.openai..", "org.attunedb.server.ingest.gather..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("okhttp3..", "okio..", "kotlin..");

  private static final ArchRule NO_CYCLES =
      slices().matching("org.attunedb.server.(*)..").should().beFreeOfCycles();

  private static final List<ArchRule> RULES =
      List.of(
          NOTHING_DEPENDS_ON_SERVER,
          NOTHING_DEPENDS_ON_BENCH,
          PICOCLI_IN_CLI_AND_COMMANDS_ONLY,
          JAVALIN_IN_HTTP_ONLY,
          NO_TRAINER_AND_NO_DJL,
          OPENAI_IN_ITS_PACKAGE_ONLY,
          OKHTTP_WHERE_SERVERS_ARE_ASKED_ONLY,
          NO_CYCLES);

  /** Every module that the server sees; bench has the same rules for itself. */
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.attunedb");

  @Test
  void rules_allModules_areKept() {
    assertThat(MAIN.stream().map(type -> type.getPackageName().split("\\.")[2]).distinct())
        .contains("core", "index", "training", "server");
    RULES.forEach(rule -> rule.check(MAIN));
  }

  /** The rules must bite. */
  @Test
  void rules_classThatBreaksThem_isFound() {
    JavaClasses offender = new ClassFileImporter().importClasses(Offender.class);

    assertThat(PICOCLI_IN_CLI_AND_COMMANDS_ONLY.evaluate(offender).hasViolation()).isTrue();
    assertThat(NO_TRAINER_AND_NO_DJL.evaluate(offender).hasViolation()).isTrue();
    assertThat(OPENAI_IN_ITS_PACKAGE_ONLY.evaluate(offender).hasViolation()).isTrue();
    assertThat(OKHTTP_WHERE_SERVERS_ARE_ASKED_ONLY.evaluate(offender).hasViolation()).isTrue();
  }

  /** Knows picocli, the trainer, openai-java and okhttp. */
  @Command
  private record Offender(DjlAdapterTrainer trainer, OpenAIClient client, OkHttpClient http) {}
}
