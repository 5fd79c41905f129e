package org.attunedb.core.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.attunedb.core.RandomMetadata;

/** Random filters of every kind over the keys and values of random metadata. Not thread-safe. */
public final class RandomFilters {
  private static final int LEVELS = 3;
  private static final int MOST_CHILDREN = 3;
  private static final int MOST_VALUES = 5;

  private final RandomMetadata metadata;
  private final RandomGenerator random;

  /** Filters with the fields and values of {@code metadata}, drawn from the same source. */
  public RandomFilters(RandomMetadata metadata) {
    this.metadata = metadata;
    this.random = metadata.random();
  }

  /** A filter with none to three levels of conjunctions, disjunctions and negations. */
  public Filter next() {
    return tree(LEVELS);
  }

  /** None to {@code most} filters of at most one level. */
  public List<Filter> list(int most) {
    return trees(most, 1);
  }

  private Filter tree(int levels) {
    if (levels == 0) {
      return leaf();
    }
    return switch (random.nextInt(4)) {
      case 0 -> Filter.not(tree(levels - 1));
      case 1 -> new Filter.And(trees(MOST_CHILDREN, levels - 1));
      case 2 -> new Filter.Or(trees(MOST_CHILDREN, levels - 1));
      default -> leaf();
    };
  }

  private List<Filter> trees(int most, int levels) {
    List<Filter> trees = new ArrayList<>();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      trees.add(tree(levels));
    }
    return trees;
  }

  /** A filter without conjunctions, disjunctions and negations. */
  public Filter leaf() {
    String field = metadata.field();
    return switch (random.nextInt(11)) {
      case 0 -> new Filter.Eq(field, metadata.value());
      case 1 -> new Filter.Ne(field, metadata.value());
      case 2 -> new Filter.Gt(field, metadata.ordered());
      case 3 -> new Filter.Gte(field, metadata.ordered());
      case 4 -> new Filter.Lt(field, metadata.ordered());
      case 5 -> new Filter.Lte(field, metadata.ordered());
      case 6 -> new Filter.In(field, metadata.values(MOST_VALUES));
      case 7 -> new Filter.Nin(field, metadata.values(MOST_VALUES));
      case 8 -> new Filter.Contains(field, part());
      case 9 -> new Filter.StartsWith(field, part());
      default -> new Filter.Exists(field);
    };
  }

  /** Often only one character, so that it occurs in other texts. */
  private String part() {
    String text = metadata.text();
    return text.isEmpty() || random.nextInt(4) == 0
        ? text
        : text.substring(0, text.offsetByCodePoints(0, 1));
  }
}
