/** Text to terms, shared by keyword search and the lexical embedder. */
@NullMarked
package org.attunedb.index.internal.text;

import org.jspecify.annotations.NullMarked;
