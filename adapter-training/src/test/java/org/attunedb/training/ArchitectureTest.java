package org.attunedb.training;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The only module that knows DJL, and it keeps it to itself. */
class ArchitectureTest {
  private static final String ROOT = "org.attunedb.training";

  private static final ArchRule ALLOWED_DEPENDENCIES =
      classes()
          .that()
          .resideInAPackage(ROOT + "..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              ROOT + "..",
              "org.attunedb.core..",
              "java..",
              "ai.djl..",
              "org.slf4j..",
              "org.jspecify..");

  private static final DescribedPredicate<JavaClass> DJL =
      JavaClass.Predicates.resideInAPackage("ai.djl..");

  private static final ArchRule NO_DJL_IN_SIGNATURES =
      noCodeUnits()
          .that()
          .areDeclaredInClassesThat()
          .resideInAPackage(ROOT)
          .and()
          .arePublic()
          .should()
          .haveRawReturnType(DJL)
          .orShould()
          .haveRawParameterTypes(
              DescribedPredicate.describe(
                  "with a type of DJL", types -> types.stream().anyMatch(DJL)))
          .orShould(throwDjl());

  private static final ArchRule NO_DJL_IN_FIELDS =
      noFields().that().areDeclaredInClassesThat().resideInAPackage(ROOT).should().haveRawType(DJL);

  private static final JavaClasses MAIN =
      new ClassFileImporter().importPath(Path.of("target/classes"));

  private static ArchCondition<JavaCodeUnit> throwDjl() {
    return ArchCondition.from(
        DescribedPredicate.describe(
            "declare an exception of DJL",
            unit -> unit.getExceptionTypes().stream().anyMatch(DJL)));
  }

  @Test
  void dependencies_main_areOnlyTheAllowedOnes() {
    ALLOWED_DEPENDENCIES.check(MAIN);
  }

  @Test
  void djl_publicTypes_isNotInTheirSignatures() {
    NO_DJL_IN_SIGNATURES.check(MAIN);
    NO_DJL_IN_FIELDS.check(MAIN);
  }

  /** The rules must bite. */
  @Test
  void rules_classThatBreaksThem_isFound() {
    JavaClasses offender = new ClassFileImporter().importClasses(Offender.class);

    assertThat(ALLOWED_DEPENDENCIES.evaluate(offender).hasViolation()).isTrue();
    assertThat(NO_DJL_IN_SIGNATURES.evaluate(offender).hasViolation()).isTrue();
    assertThat(NO_DJL_IN_FIELDS.evaluate(offender).hasViolation()).isTrue();
  }

  /** Shows DJL, and depends on a test library. */
  public record Offender(NDArray array, JavaClasses classes) {}
}
