package org.attunedb.index.internal.training;

import java.io.IOException;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.adapter.AdapterScope;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.evaluation.Relevance;
import org.attunedb.index.LabelledQueries;
import org.attunedb.index.internal.search.CollectionView;
import org.attunedb.index.internal.search.FilteredIds;

/** Whether an adapter can be trained for a scope of a collection. Stateless. */
final class ScopeCheck {
  private ScopeCheck() {}

  /**
   * Passes if there are documents in the scope and the labels name none outside of it.
   *
   * @throws InvalidInputException {@code scope_invalid} or {@code labels_outside_scope}
   */
  static void require(CollectionView view, AdapterScope scope, LabelledQueries labels)
      throws IOException {
    if (!view.unknownFields(scope.filter()).isEmpty()) {
      throw invalid(view, "no document has the metadata field '" + scope.field() + "'", scope);
    }
    FilteredIds inside = view.filteredIds(scope.filter());
    if (inside.count() == 0) {
      throw invalid(
          view,
          "no document has %s, which is %s; values of '%s' are %s"
              .formatted(
                  scope,
                  type(scope.value()),
                  scope.field(),
                  String.join(" or ", view.fieldTypes(scope.field()))),
          scope);
    }
    for (int query = 0; query < labels.size(); query++) {
      requireInside(view, scope, inside, labels.relevance().get(query), query);
    }
  }

  private static void requireInside(
      CollectionView view, AdapterScope scope, FilteredIds inside, Relevance relevance, int query)
      throws IOException {
    for (String id : relevance.grades().keySet()) {
      if (inside.excludes(id)) {
        throw new InvalidInputException(
            ErrorCode.LABELS_OUTSIDE_SCOPE,
            "collection '%s': labels of query %s name document '%s', expected documents with %s only"
                .formatted(view.collection(), query, id, scope));
      }
    }
  }

  private static String type(MetadataValue value) {
    return switch (value) {
      case MetadataValue.Text text -> "a string";
      case MetadataValue.Int integer -> "an integer";
      case MetadataValue.Real real -> "a number with a fraction";
      case MetadataValue.Flag flag -> "a truth value";
      case MetadataValue.TextList list -> "a list of strings";
      case MetadataValue.Uuid uuid -> "a UUID";
      case MetadataValue.Time time -> "a time";
    };
  }

  private static InvalidInputException invalid(
      CollectionView view, String problem, AdapterScope scope) {
    return new InvalidInputException(
        ErrorCode.SCOPE_INVALID,
        "collection '%s': %s, expected documents with %s to train an adapter for"
            .formatted(view.collection(), problem, scope));
  }
}
