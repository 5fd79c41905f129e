/** One search over one immutable snapshot: vector, keyword and hybrid ranking. */
@NullMarked
package org.attunedb.index.internal.search;

import org.jspecify.annotations.NullMarked;
