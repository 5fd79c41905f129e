package org.attunedb.bench.ann;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingSearchResult;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import org.attunedb.bench.ann.SearchSetting.Plan;
import org.attunedb.core.Similarity;

/** LangChain4j's in-memory store: cosine with every vector, without filters here. */
final class LangChain4jEngine implements Engine {
  private static final int BATCH = 5_000;

  private final EngineTask task;
  private final InMemoryEmbeddingStore<TextSegment> store = new InMemoryEmbeddingStore<>();

  LangChain4jEngine(EngineTask task) {
    this.task = task;
  }

  @Override
  public void build(RowFile base, IntConsumer progress) {
    for (int from = 0; from < base.rows(); from += BATCH) {
      List<String> ids = new ArrayList<>();
      List<Embedding> embeddings = new ArrayList<>();
      for (int row = from; row < Math.min(base.rows(), from + BATCH); row++) {
        ids.add(Integer.toString(row));
        embeddings.add(Embedding.from(base.floats(row)));
      }
      store.addAll(ids, embeddings, Collections.nCopies(ids.size(), TextSegment.from("row")));
      progress.accept(from);
    }
  }

  @Override
  public OptionalLong diskBytes() {
    return OptionalLong.empty();
  }

  @Override
  public List<SearchSetting> settings() {
    return task.similarity() == Similarity.COSINE && task.selectivities().isEmpty()
        ? task.each(Plan.EXACT)
        : List.of();
  }

  @Override
  public Lookup<EmbeddingSearchResult<TextSegment>> lookup(
      float[][] queries, SearchSetting setting) {
    return new Requests(store, Arrays.stream(queries).map(Embedding::from).toList(), setting.k());
  }

  @Override
  public void close() {}

  private record Requests(InMemoryEmbeddingStore<TextSegment> store, List<Embedding> queries, int k)
      implements Lookup<EmbeddingSearchResult<TextSegment>> {
    @Override
    public EmbeddingSearchResult<TextSegment> find(int query) {
      return store.search(
          EmbeddingSearchRequest.builder()
              .queryEmbedding(queries.get(query))
              .maxResults(k)
              .build());
    }

    @Override
    public int[] rows(EmbeddingSearchResult<TextSegment> answer) {
      return answer.matches().stream()
          .mapToInt(match -> Integer.parseInt(match.embeddingId()))
          .toArray();
    }
  }
}
