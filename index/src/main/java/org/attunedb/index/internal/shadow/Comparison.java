package org.attunedb.index.internal.shadow;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.evaluation.SignTest;
import org.attunedb.index.ShadowReport;
import org.attunedb.index.ShadowSearch;
import org.jspecify.annotations.Nullable;

/** Adds up how two ways of searching differ. Thread-safe. */
final class Comparison {
  private static final double PERSISTENCE = 0.9;

  /** Searches that may be chosen from, oldest first. Guarded by this, as all below. */
  private final Map<Long, Pair> open = new LinkedHashMap<>();

  private long openIds;
  private long searches;
  private long compared;
  private long failed;
  private long different;
  private double overlap;
  private double rankBiasedOverlap;
  private int wins;
  private int losses;
  private long ties;

  /** One search in both ways, as far as it has come. */
  private static final class Pair {
    private final List<String> shown;
    private @Nullable List<String> shadow;
    private @Nullable String chosen;

    Pair(List<String> shown) {
      this.shown = shown;
    }

    int ids() {
      return shown.size() + (shadow == null ? 0 : shadow.size());
    }
  }

  synchronized void answered() {
    searches++;
  }

  /** What was shown, of a search that is being shadowed. */
  synchronized void shown(long ticket, List<String> ids) {
    open.put(ticket, new Pair(ids));
    openIds += ids.size();
    forgetOldest();
  }

  private void forgetOldest() {
    var oldest = open.values().iterator();
    while (openIds > ShadowSearch.MAX_OPEN_IDS && oldest.hasNext()) {
      openIds -= oldest.next().ids();
      oldest.remove();
    }
  }

  private void close(long ticket) {
    Pair pair = open.remove(ticket);
    openIds -= pair == null ? 0 : pair.ids();
  }

  /** What the other way found. */
  synchronized void shadowed(long ticket, List<String> shown, List<String> shadow) {
    compared++;
    different += shown.equals(shadow) ? 0 : 1;
    overlap += RankedLists.overlap(shown, shadow);
    rankBiasedOverlap += RankedLists.rankBiasedOverlap(shown, shadow, PERSISTENCE);
    Pair pair = open.get(ticket);
    if (pair == null) {
      return;
    }
    pair.shadow = shadow;
    openIds += shadow.size();
    if (pair.chosen != null) {
      count(shown, shadow, pair.chosen);
      close(ticket);
    }
    forgetOldest();
  }

  synchronized void failed(long ticket) {
    failed++;
    close(ticket);
  }

  synchronized boolean choose(long ticket, String id) {
    Pair pair = open.get(ticket);
    if (pair == null || pair.chosen != null) {
      return false;
    }
    if (!pair.shown.contains(id)) {
      throw new InvalidInputException(
          ErrorCode.LABELS_INVALID,
          "document '%s' is not among the hits of search %s".formatted(id, ticket));
    }
    pair.chosen = id;
    if (pair.shadow != null) {
      count(pair.shown, pair.shadow, id);
      close(ticket);
    }
    return true;
  }

  private void count(List<String> shown, List<String> shadow, String chosen) {
    int before = shown.indexOf(chosen);
    int after = shadow.indexOf(chosen);
    if (before == after) {
      ties++;
    } else if (after >= 0 && after < before) {
      wins++;
    } else {
      losses++;
    }
  }

  synchronized ShadowReport report() {
    return new ShadowReport(
        searches,
        compared,
        failed,
        different,
        mean(overlap),
        mean(rankBiasedOverlap),
        SignTest.of(wins, losses),
        ties);
  }

  private OptionalDouble mean(double sum) {
    return compared == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / compared);
  }
}
