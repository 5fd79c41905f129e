package org.attunedb.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignTestTest {
  private static final Percentage ROUNDING = Percentage.withPercentage(1e-8);

  @Test
  void of_everySplitUpToForty_equalsExactBinomialSum() {
    for (int wins = 0; wins <= 40; wins++) {
      for (int losses = 0; losses <= 40; losses++) {
        SignTest test = SignTest.of(differences(wins, losses, 3));

        assertThat(test.wins()).isEqualTo(wins);
        assertThat(test.losses()).isEqualTo(losses);
        assertThat(test.pValue())
            .as("%d wins, %d losses", wins, losses)
            .isCloseTo(exact(wins, losses), ROUNDING)
            .isBetween(0.0, 1.0);
      }
    }
  }

  // 2^-3000 is below the smallest double: a sum of plain probabilities would be 0.
  @ParameterizedTest
  @CsvSource({"1500, 1500", "1540, 1460", "1600, 1400", "1300, 1700", "1900, 1100", "900, 2100"})
  void of_threeThousandQueries_doesNotUnderflow(int wins, int losses) {
    double pValue = SignTest.of(differences(wins, losses, 0)).pValue();

    assertThat(pValue).isPositive().isCloseTo(exact(wins, losses), ROUNDING);
  }

  @Test
  void of_onlyTies_isNoEvidence() {
    assertThat(SignTest.of(new double[] {0, -0.0, 1e-13, -1e-13})).isEqualTo(new SignTest(0, 0, 1));
    assertThat(SignTest.of(new double[0]).pValue()).isEqualTo(1);
  }

  @Test
  void of_smallRealDifferences_areNotTies() {
    SignTest test = SignTest.of(new double[] {1e-9, 1e-9, -1e-9, 0});

    assertThat(test.wins()).isEqualTo(2);
    assertThat(test.losses()).isEqualTo(1);
  }

  @Test
  void of_workedExample_equalsValueByHand() {
    // 9 wins, 1 loss: 2 · (1 + 10) / 2^10
    assertThat(SignTest.of(differences(9, 1, 5)).pValue()).isCloseTo(22.0 / 1024, within(1e-12));
  }

  private static double[] differences(int wins, int losses, int ties) {
    double[] differences = new double[wins + losses + ties];
    Arrays.fill(differences, 0, wins, 0.1);
    Arrays.fill(differences, wins, wins + losses, -0.2);
    return differences;
  }

  private static double exact(int wins, int losses) {
    int n = wins + losses;
    BigInteger choose = BigInteger.ONE;
    BigInteger tail = BigInteger.ZERO;
    for (int i = 0; i <= Math.min(wins, losses); i++) {
      tail = tail.add(choose);
      choose = choose.multiply(BigInteger.valueOf(n - i)).divide(BigInteger.valueOf(i + 1));
    }
    BigDecimal twoSided =
        new BigDecimal(tail.shiftLeft(1))
            .divide(new BigDecimal(BigInteger.ONE.shiftLeft(n)), MathContext.DECIMAL64);
    return Math.min(1, twoSided.doubleValue());
  }
}
