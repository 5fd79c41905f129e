/** The contract between a collection and whatever turns text into vectors. */
@NullMarked
package org.attunedb.core.embedding;

import org.jspecify.annotations.NullMarked;
