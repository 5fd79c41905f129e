/** What is asked of a collection and what it answers. All types are immutable values. */
@NullMarked
package org.attunedb.core.search;

import org.jspecify.annotations.NullMarked;
