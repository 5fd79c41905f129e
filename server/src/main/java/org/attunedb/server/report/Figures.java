package org.attunedb.server.report;

import java.util.Locale;
import java.util.OptionalInt;
import org.attunedb.core.evaluation.Metric;
import org.attunedb.core.evaluation.RecallReport.Delta;

/** Numbers as people read them. Shares are printed in percent, differences in points of it. */
final class Figures {
  private Figures() {}

  static String share(double share) {
    return String.format(Locale.ROOT, "%.1f", share * 100);
  }

  /** A difference of shares, with its sign. */
  static String points(double difference) {
    return signed("%+.1f", difference * 100, 0.05);
  }

  static String interval(double low, double high) {
    return points(low) + " to " + points(high);
  }

  static String interval(Delta delta) {
    return interval(delta.ciLow(), delta.ciHigh());
  }

  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A mean number of tokens. */
  static String tokens(double tokens) {
    return String.format(Locale.ROOT, "%,.0f", tokens);
  }

  /** A difference of tokens, with its sign. */
  static String savedTokens(double tokens) {
    return signed("%+,.0f", tokens, 0.5);
  }

  static String money(double amount) {
    return signed("%+,.2f", amount, 0.005);
  }

  /** A rank, or that it is beyond the depth. */
  static String rank(OptionalInt rank, int depth) {
    return rank.isPresent() ? Integer.toString(rank.getAsInt()) : ">" + depth;
  }

  /** How sure a difference is where few queries changed; empty elsewhere. */
  static String signTest(Delta delta) {
    return delta.changedFew() && delta.improved() + delta.worsened() > 0
        ? String.format(Locale.ROOT, "p = %.2g", delta.pValue())
        : "";
  }

  /** For example {@code 12 up, 3 down}. */
  static String changes(Delta delta) {
    return delta.improved() + " up, " + delta.worsened() + " down";
  }

  /** The usual spelling, for example {@code nDCG@10}. */
  static String label(Metric metric) {
    return switch (metric.kind()) {
      case NDCG -> "nDCG@" + metric.k();
      case MRR -> "MRR@" + metric.k();
      default -> metric.label();
    };
  }

  /** A real minus sign, and none before what rounds to zero. */
  private static String signed(String format, double value, double zero) {
    double shown = Math.abs(value) < zero ? 0.0 : value;
    String text = String.format(Locale.ROOT, format, shown);
    return shown == 0 ? text.substring(1) : text.replace('-', '−');
  }
}
