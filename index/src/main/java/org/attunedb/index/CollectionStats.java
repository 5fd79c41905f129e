package org.attunedb.index;

/**
 * The size of a collection.
 *
 * @param documents live documents
 * @param deletedDocuments deleted or replaced documents that still take space
 * @param segments immutable index segments
 * @param diskBytes bytes of the index files
 */
public record CollectionStats(
    long documents, long deletedDocuments, int segments, long diskBytes) {}
