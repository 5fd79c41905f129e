/**
 * Documents out of web sites, folders and files: gathered, cleaned, split and kept in step with
 * their source. {@link org.attunedb.server.ingest.Ingestion} is the way in; the command is {@code
 * attune ingest}.
 */
@NullMarked
package org.attunedb.server.ingest;

import org.jspecify.annotations.NullMarked;
