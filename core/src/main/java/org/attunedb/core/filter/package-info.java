/** Conditions on metadata, as a tree of immutable values. */
@NullMarked
package org.attunedb.core.filter;

import org.jspecify.annotations.NullMarked;
