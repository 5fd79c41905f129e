/** The built-in embedder, which needs no model and no download. */
@NullMarked
package org.attunedb.index.lexical;

import org.jspecify.annotations.NullMarked;
