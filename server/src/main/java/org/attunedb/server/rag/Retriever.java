package org.attunedb.server.rag;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.attunedb.core.Document;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.core.search.SearchHit;
import org.attunedb.core.search.SearchMode;
import org.attunedb.core.search.SearchRequest;
import org.attunedb.core.search.SearchResponse;
import org.attunedb.index.CollectionReads;
import org.attunedb.server.llm.Passage;
import org.jspecify.annotations.Nullable;

/**
 * Finds the passages that a language model is to answer from. Thread-safe.
 *
 * @param collection where to look
 * @param k most passages, 1 to {@value SearchRequest#MAX_K}
 * @param filter condition on metadata; null for none
 * @param mode which rankings to use
 * @param adapter which query adapter to apply
 */
public record Retriever(
    CollectionReads collection,
    int k,
    @Nullable Filter filter,
    SearchMode mode,
    AdapterChoice adapter) {
  /** As {@link SearchRequest} checks it. */
  public Retriever {
    Objects.requireNonNull(collection, "collection");
    // Checks the ranges.
    SearchRequest.text("any").k(k).filter(filter).mode(mode).adapter(adapter).build();
  }

  /** Four passages by vector search with the active adapter. */
  public static Retriever of(CollectionReads collection) {
    return new Retriever(collection, 4, null, SearchMode.VECTOR, AdapterChoice.active());
  }

  /** This retriever with another number of passages. */
  public Retriever withK(int most) {
    return new Retriever(collection, most, filter, mode, adapter);
  }

  /** This retriever with a condition; null for none. */
  public Retriever withFilter(@Nullable Filter condition) {
    return new Retriever(collection, k, condition, mode, adapter);
  }

  /** This retriever with another mode. */
  public Retriever withMode(SearchMode searchMode) {
    return new Retriever(collection, k, filter, searchMode, adapter);
  }

  /** This retriever with another adapter. */
  public Retriever withAdapter(AdapterChoice choice) {
    return new Retriever(collection, k, filter, mode, choice);
  }

  /**
   * What was found.
   *
   * @param passages best first; documents without a text are left out
   * @param adapterVersion the adapter that was applied; null for none
   * @param warnings of the search
   */
  public record Retrieved(
      List<Passage> passages, @Nullable String adapterVersion, List<String> warnings) {
    /** Copies the lists. */
    public Retrieved {
      passages = List.copyOf(passages);
      warnings = List.copyOf(warnings);
    }

    /** The passages' ids, in their order. */
    public List<String> ids() {
      return passages.stream().map(Passage::id).toList();
    }
  }

  /** The passages for one question. */
  public Retrieved retrieve(String question) {
    return retrieved(collection.search(request(question)));
  }

  /** The passages for each question, all on one view. */
  public List<Retrieved> retrieveAll(List<String> questions) {
    List<Retrieved> all = new ArrayList<>();
    for (int i = 0; i < questions.size(); i += CollectionReads.MAX_SEARCHES) {
      List<String> some =
          questions.subList(i, Math.min(questions.size(), i + CollectionReads.MAX_SEARCHES));
      collection.searchAll(some.stream().map(this::request).toList()).stream()
          .map(Retriever::retrieved)
          .forEach(all::add);
    }
    return all;
  }

  private SearchRequest request(String question) {
    return SearchRequest.text(question).k(k).filter(filter).mode(mode).adapter(adapter).build();
  }

  private static Retrieved retrieved(SearchResponse response) {
    List<Passage> passages = new ArrayList<>();
    for (SearchHit hit : response.hits()) {
      Document document = hit.document();
      String text = document == null ? null : document.text();
      if (text != null && !text.isBlank()) {
        passages.add(new Passage(hit.id(), text));
      }
    }
    return new Retrieved(passages, response.stats().adapterVersion(), response.stats().warnings());
  }
}
