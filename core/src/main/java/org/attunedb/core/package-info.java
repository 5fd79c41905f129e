/**
 * The domain: documents, metadata and embeddings. Everything in this package is an immutable value
 * and safe for use by any number of threads.
 */
@NullMarked
package org.attunedb.core;

import org.jspecify.annotations.NullMarked;
