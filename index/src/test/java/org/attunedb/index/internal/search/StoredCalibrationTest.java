package org.attunedb.index.internal.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.attunedb.index.internal.search.Calibration.Curve;
import org.attunedb.index.internal.search.Calibration.Point;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calibrations as text, and what they answer. */
class StoredCalibrationTest {
  private static final Calibration SAMPLE =
      new Calibration(
          new Curve(10, List.of(new Point(10, 0.875, 300.5), new Point(32, 0.99125, 640))),
          new Curve(100, List.of(new Point(128, 0.95, 1_800), new Point(256, 1, 3_000))));

  @Test
  void read_written_isTheSame() {
    assertThat(StoredCalibration.read(StoredCalibration.write(SAMPLE))).isEqualTo(SAMPLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "|",
        "10|100",
        "10;10,0.5,3",
        "10;10,0.5,3|100",
        "10;10,0.5|100;100,1,1",
        "10;a,0.5,3|100;100,1,1",
        "10;10,0.5,3|100;100,1,1|7"
      })
  void read_anythingElse_isNull(String text) {
    assertThat(StoredCalibration.read(text)).isNull();
  }

  @Test
  void ef_recallWithinTheCurve_isOnTheLineBetweenItsPoints() {
    assertThat(SAMPLE.ef(0.8, 10)).isEqualTo(10);
    assertThat(SAMPLE.ef(0.99125, 10)).isEqualTo(32);
    // 10 + 22 (0.9 - 0.875) / (0.99125 - 0.875) = 14.7
    assertThat(SAMPLE.ef(0.9, 10)).isEqualTo(15);
    assertThat(SAMPLE.ef(0.9, 1)).isEqualTo(15);
    assertThat(SAMPLE.ef(0.95, 100)).isEqualTo(128);
    assertThat(SAMPLE.ef(0.95, 55)).isEqualTo(77);
    assertThat(SAMPLE.ef(0.95, 1_000)).isEqualTo(1_280);
  }

  @Test
  void ef_recallThatNoPointReaches_isZero() {
    assertThat(SAMPLE.ef(0.995, 10)).isZero();
    assertThat(SAMPLE.ef(0.995, 100)).isZero();
  }

  @Test
  void largestEf_anyK_isTheLastPointScaled() {
    assertThat(SAMPLE.largestEf(10)).isEqualTo(32);
    assertThat(SAMPLE.largestEf(100)).isEqualTo(256);
    assertThat(SAMPLE.largestEf(1_000)).isEqualTo(2_560);
  }

  @Test
  void visits_betweenAndBeyondPoints_growWithEf() {
    assertThat(SAMPLE.visits(21)).isBetween(300.5, 640.0);
    assertThat(SAMPLE.visits(320)).isGreaterThan(2_000);
  }
}
