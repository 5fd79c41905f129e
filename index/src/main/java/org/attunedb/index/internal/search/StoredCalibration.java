package org.attunedb.index.internal.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The text that a calibration is kept as: for each of its two curves k and the points, of which
 * each has ef, recall and visits. Stateless.
 */
final class StoredCalibration {
  private StoredCalibration() {}

  static String write(Calibration calibration) {
    return curve(calibration.few()) + "|" + curve(calibration.many());
  }

  private static String curve(Calibration.Curve curve) {
    StringBuilder text = new StringBuilder(Integer.toString(curve.k()));
    for (Calibration.Point point : curve.points()) {
      text.append(
          String.format(Locale.ROOT, ";%d,%.5f,%.1f", point.ef(), point.recall(), point.visits()));
    }
    return text.toString();
  }

  /** What {@link #write} wrote; null for anything else, which can be measured again. */
  static @Nullable Calibration read(String text) {
    String[] curves = text.split("\\|", -1);
    try {
      return curves.length == 2 ? new Calibration(curve(curves[0]), curve(curves[1])) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static Calibration.Curve curve(String text) {
    String[] parts = text.split(";", -1);
    List<Calibration.Point> points = new ArrayList<>();
    for (int i = 1; i < parts.length; i++) {
      String[] numbers = parts[i].split(",", -1);
      if (numbers.length != 3) {
        throw new IllegalArgumentException("a point has 3 numbers, got " + numbers.length);
      }
      points.add(
          new Calibration.Point(
              Integer.parseInt(numbers[0]),
              Double.parseDouble(numbers[1]),
              Double.parseDouble(numbers[2])));
    }
    if (points.isEmpty()) {
      throw new IllegalArgumentException("a curve has points");
    }
    return new Calibration.Curve(Integer.parseInt(parts[0]), points);
  }
}
