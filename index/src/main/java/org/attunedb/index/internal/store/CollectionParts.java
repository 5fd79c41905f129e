package org.attunedb.index.internal.store;

import java.nio.file.Path;
import java.util.UUID;
import org.attunedb.core.embedding.Embedder;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.internal.adapter.AdapterRegistry;
import org.attunedb.index.internal.search.SegmentProfiles;
import org.attunedb.index.internal.text.TextAnalysis;
import org.jspecify.annotations.Nullable;

/** The opened parts of a collection, for {@link LuceneCollection}; see {@link CollectionOpener}. */
record CollectionParts(
    String name,
    Path directory,
    UUID id,
    CollectionSpec spec,
    @Nullable Embedder embedder,
    StoreContext context,
    TextAnalysis analysis,
    AdapterRegistry adapters,
    SegmentProfiles profiles,
    CollectionIndex index,
    GroupCommit writer) {}
