package org.attunedb.bench.ann;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.IOUtils;
import org.attunedb.index.VectorFormat;
import org.attunedb.index.internal.lucene.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Lucene's own query on the segment that Attune wrote: the same graph and the same vectors, so the
 * difference is all that lies above them.
 */
final class SameSegmentEngine implements Engine {
  private final EngineTask task;
  private @Nullable FSDirectory directory;
  private @Nullable DirectoryReader reader;

  SameSegmentEngine(EngineTask task) {
    this.task = task;
  }

  @Override
  public void build(RowFile base, IntConsumer progress) throws IOException {
    try (AttuneEngine attune = new AttuneEngine(task, VectorFormat.FLOAT32)) {
      attune.build(base, progress);
    }
    directory = FSDirectory.open(indexFolder());
    reader = DirectoryReader.open(directory);
  }

  private Path indexFolder() throws IOException {
    try (Stream<Path> files = Files.walk(task.folder())) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("segments_"))
          .findFirst()
          .map(Path::getParent)
          .orElseThrow(() -> new IOException("no Lucene index below " + task.folder()));
    }
  }

  @Override
  public OptionalLong diskBytes() throws IOException {
    return OptionalLong.of(FolderSize.of(indexFolder()));
  }

  /** Attune's encoding of metadata is its own: Lucene is asked without filters only. */
  @Override
  public List<SearchSetting> settings() {
    return task.selectivities().isEmpty() ? task.walks() : List.of();
  }

  @Override
  public Lookup<TopDocs> lookup(float[][] queries, SearchSetting setting) throws IOException {
    if (reader == null) {
      throw new IllegalStateException("not built");
    }
    if (reader.leaves().size() != 1) {
      throw new IllegalStateException(
          "compaction left " + reader.leaves().size() + " segments, expected 1");
    }
    LeafReader leaf = reader.leaves().getFirst().reader();
    int[] rows = new int[leaf.maxDoc()];
    SortedDocValues ids = leaf.getSortedDocValues(Fields.ID);
    for (int doc = ids.nextDoc(); doc < rows.length; doc = ids.nextDoc()) {
      rows[doc] = Integer.parseInt(ids.lookupOrd(ids.ordValue()).utf8ToString());
    }
    float[][] prepared = new float[queries.length][];
    for (int q = 0; q < queries.length; q++) {
      prepared[q] = Closeness.prepare(task.similarity(), queries[q]);
    }
    return new LuceneEngine.Queries(
        new IndexSearcher(reader), Fields.VECTOR, prepared, setting, rows);
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(reader, directory);
  }
}
