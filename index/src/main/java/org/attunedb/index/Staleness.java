package org.attunedb.index;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How far a collection has moved away from what a version of its adapter was trained on. Of a
 * version for a scope everything is about the scope: its documents, of which one that left it
 * counts as changed, and feedback on searches that showed documents of it and no others. No number
 * here says that the version got worse: {@link DeepMemory#evaluate} does. They say when it is worth
 * measuring, or training again.
 *
 * @param version the version's name
 * @param documents that its labels pointed to
 * @param corpus all documents with vectors
 * @param labels that came since
 * @param queries that came since
 */
public record Staleness(
    String version, Documents documents, Corpus corpus, Labels labels, Queries queries) {
  /**
   * The documents that the training labels pointed to.
   *
   * @param trained how many there were
   * @param gone how many of them the collection no longer has
   * @param changed how many of them have another vector now, or none; empty if the version does not
   *     know their vectors
   */
  public record Documents(int trained, int gone, OptionalLong changed) {
    /** The share that is gone or has changed, 0 to 1; 0 where there were none. */
    public double share() {
      return trained == 0 ? 0 : (gone + changed.orElse(0)) / (double) trained;
    }
  }

  /**
   * The documents with vectors.
   *
   * @param then how many there were when it was trained; empty if the version does not know
   * @param now how many there are
   * @param same whether all vectors are those of the training, in the order of their documents'
   *     ids; empty for a version that was trained elsewhere
   */
  public record Corpus(OptionalLong then, long now, Optional<Boolean> same) {
    /** How much larger the corpus is now, as a share of what it was; negative if it shrank. */
    public OptionalDouble growth() {
      return then.isPresent() && then.getAsLong() > 0
          ? OptionalDouble.of((now - then.getAsLong()) / (double) then.getAsLong())
          : OptionalDouble.empty();
    }
  }

  /**
   * Choices in the feedback that are younger than the version.
   *
   * @param choices how many there are
   * @param ofOtherDocuments those of documents that no training label pointed to
   */
  public record Labels(long choices, long ofOtherDocuments) {}

  /**
   * The youngest queries in the feedback that are younger than the version, at most {@value
   * #MOST_RECENT}, beside the queries that the version remembers.
   *
   * @param recent how many were compared; 0 if the version remembers fewer than 20 queries, or if
   *     there are only texts and no embedder
   * @param unlike those whose closest remembered query is farther than {@code threshold}
   * @param threshold the cosine above which 95 % of the remembered queries find another remembered
   *     one, so that 5 % of {@code recent} are expected to be unlike where nothing has changed
   */
  public record Queries(int recent, int unlike, OptionalDouble threshold) {
    /** Most queries that are compared. */
    public static final int MOST_RECENT = 256;

    /** The share that is unlike the training queries, 0 to 1; empty if none was compared. */
    public OptionalDouble share() {
      return recent == 0 ? OptionalDouble.empty() : OptionalDouble.of(unlike / (double) recent);
    }
  }
}
