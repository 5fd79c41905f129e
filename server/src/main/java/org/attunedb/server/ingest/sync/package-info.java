/**
 * What a source is made of, against what the collection holds of it: only differences are written.
 */
@NullMarked
package org.attunedb.server.ingest.sync;

import org.jspecify.annotations.NullMarked;
