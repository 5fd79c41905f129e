package org.attunedb.index.internal.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.attunedb.index.internal.search.Calibration.Curve;
import org.attunedb.index.internal.search.Calibration.Point;
import org.junit.jupiter.api.Test;

class CalibrationsTest {
  private static final Calibration ONE = calibration(0.5);
  private static final Calibration OTHER = calibration(0.75);

  private final Calibrations calibrations = new Calibrations();

  private static Calibration calibration(double recall) {
    List<Point> points = List.of(new Point(128, recall, 640));
    return new Calibration(new Curve(10, points), new Curve(100, points));
  }

  @Test
  void restore_whatTwoKindsWereKeptAs_isTheSame() {
    calibrations.restore(
        Map.of(
            "attune.calibration.3.aa", StoredCalibration.write(ONE),
            "attune.calibration.sampled.1.aa", StoredCalibration.write(OTHER),
            "attune.calibration.2.bb", StoredCalibration.write(ONE),
            "attune.calibration.sampled.1.cc", "nonsense"));

    assertThat(calibrations.made("aa")).isEqualTo(ONE);
    assertThat(calibrations.sampled("aa")).isEqualTo(OTHER);
    // A sample that is full is worth another measurement, the first of a new process is not.
    assertThat(calibrations.edition("aa")).isEqualTo(1);
    assertThat(calibrations.made("bb")).isNull();
    assertThat(calibrations.sampled("cc")).isNull();
    assertThat(calibrations.hasUnsaved()).isFalse();
  }

  @Test
  void pass_measuredBefore_keepsThatUntilTheNextEdition() {
    calibrations.putSampled("aa", ONE, 1);

    calibrations.pass("aa", 2);
    calibrations.pass("bb", 2);

    assertThat(calibrations.sampled("aa")).isEqualTo(ONE);
    assertThat(calibrations.edition("aa")).isEqualTo(2);
    assertThat(calibrations.sampled("bb")).isNull();
    assertThat(calibrations.edition("bb")).isEqualTo(2);
  }

  @Test
  void remove_segmentIsGone_forgetsBoth() {
    calibrations.putMade("aa", ONE);
    calibrations.putSampled("aa", OTHER, 3);

    calibrations.remove("aa");

    assertThat(calibrations.made("aa")).isNull();
    assertThat(calibrations.sampled("aa")).isNull();
    assertThat(calibrations.edition("aa")).isZero();
  }
}
