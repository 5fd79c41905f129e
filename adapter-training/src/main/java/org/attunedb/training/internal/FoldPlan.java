package org.attunedb.training.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.attunedb.core.training.TrainingSet.Label;
import org.attunedb.core.training.TrainingSet.LabelledQuery;

/**
 * Splits queries into folds that measure both effects of an adapter at once: on queries whose
 * documents other training queries point to ("seen"), and on queries about documents that no
 * training query points to ("unseen").
 *
 * <p>Queries that share a relevant document, directly or through others, form a group. Of the
 * groups with several queries one half, chosen by coin, stays together in one fold: held out, its
 * documents are unseen. The queries of the other half are dealt out over the folds: held out, most
 * of their documents are seen. Queries that share no document are unseen whenever they are held
 * out.
 *
 * <p>A group of more than half a fold is always dealt out: kept together it would leave too little
 * to train on.
 */
final class FoldPlan {
  private static final int NONE = -1;

  private final int folds;
  private final int[] foldOf;

  private FoldPlan(int folds, int[] foldOf) {
    this.folds = folds;
    this.foldOf = foldOf;
  }

  /** Splits all queries. */
  static FoldPlan of(List<LabelledQuery> queries, int folds, long seed) {
    return of(queries, IntStream.range(0, queries.size()).boxed().toList(), folds, seed);
  }

  /** Splits some queries, as if there were no others. */
  static FoldPlan of(List<LabelledQuery> queries, List<Integer> members, int folds, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] foldOf = new int[queries.size()];
    Arrays.fill(foldOf, NONE);
    int largestTogether = members.size() / (2 * folds);
    int next = random.nextInt(folds);
    for (List<Integer> group : shuffled(groups(queries, members), random)) {
      boolean together =
          group.size() == 1 || (random.nextBoolean() && group.size() <= largestTogether);
      for (int query : group) {
        foldOf[query] = next;
        next = together ? next : (next + 1) % folds;
      }
      next = together ? (next + 1) % folds : next;
    }
    return new FoldPlan(folds, foldOf);
  }

  private static List<List<Integer>> shuffled(List<List<Integer>> groups, SplittableRandom random) {
    List<List<Integer>> order = new ArrayList<>(groups);
    for (int i = order.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      List<Integer> swapped = order.get(i);
      order.set(i, order.get(j));
      order.set(j, swapped);
    }
    return order;
  }

  /**
   * Of each query the number of its group: queries that share a relevant document, directly or
   * through others, gain and lose together.
   */
  static int[] groupOf(List<LabelledQuery> queries) {
    int[] groupOf = new int[queries.size()];
    List<Integer> all = IntStream.range(0, queries.size()).boxed().toList();
    List<List<Integer>> groups = groups(queries, all);
    for (int group = 0; group < groups.size(); group++) {
      for (int query : groups.get(group)) {
        groupOf[query] = group;
      }
    }
    return groupOf;
  }

  private static List<List<Integer>> groups(List<LabelledQuery> queries, List<Integer> members) {
    int[] parent = IntStream.range(0, queries.size()).toArray();
    Map<Integer, Integer> firstQueryOfRow = new HashMap<>();
    for (int q : members) {
      for (Label label : queries.get(q).labels()) {
        if (label.grade() > 0) {
          Integer first = firstQueryOfRow.putIfAbsent(label.row(), q);
          if (first != null) {
            parent[root(parent, q)] = root(parent, first);
          }
        }
      }
    }
    Map<Integer, List<Integer>> byRoot = new LinkedHashMap<>();
    for (int q : members) {
      byRoot.computeIfAbsent(root(parent, q), root -> new ArrayList<>()).add(q);
    }
    return List.copyOf(byRoot.values());
  }

  private static int root(int[] parent, int node) {
    int root = node;
    while (parent[root] != root) {
      parent[root] = parent[parent[root]];
      root = parent[root];
    }
    return root;
  }

  int folds() {
    return folds;
  }

  int foldOf(int query) {
    return foldOf[query];
  }

  /** The queries of one fold. */
  List<Integer> heldOut(int fold) {
    return select(fold, true);
  }

  /** The queries of all other folds. */
  List<Integer> training(int fold) {
    return select(fold, false);
  }

  private List<Integer> select(int fold, boolean inside) {
    List<Integer> selected = new ArrayList<>();
    for (int q = 0; q < foldOf.length; q++) {
      if (foldOf[q] != NONE && (foldOf[q] == fold) == inside) {
        selected.add(q);
      }
    }
    return selected;
  }

  /** Which queries have, when held out, a relevant document that the other folds point to. */
  BitSet seen(List<LabelledQuery> queries) {
    Map<Integer, BitSet> foldsOfRow = new HashMap<>();
    for (int q = 0; q < foldOf.length; q++) {
      if (foldOf[q] != NONE) {
        mark(queries.get(q), foldOf[q], foldsOfRow);
      }
    }
    BitSet seen = new BitSet();
    for (int q = 0; q < foldOf.length; q++) {
      int own = foldOf[q];
      seen.set(
          q,
          own != NONE
              && queries.get(q).labels().stream()
                  .filter(label -> label.grade() > 0)
                  .anyMatch(
                      label -> hasOther(foldsOfRow.getOrDefault(label.row(), new BitSet()), own)));
    }
    return seen;
  }

  private static void mark(LabelledQuery query, int fold, Map<Integer, BitSet> foldsOfRow) {
    for (Label label : query.labels()) {
      if (label.grade() > 0) {
        foldsOfRow.computeIfAbsent(label.row(), row -> new BitSet()).set(fold);
      }
    }
  }

  private static boolean hasOther(BitSet present, int own) {
    return present.cardinality() > (present.get(own) ? 1 : 0);
  }
}
