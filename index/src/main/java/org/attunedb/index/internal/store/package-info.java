/**
 * Files and folders of a store: layout, lock, descriptions, and collections over Lucene's writer.
 */
@NullMarked
package org.attunedb.index.internal.store;

import org.jspecify.annotations.NullMarked;
