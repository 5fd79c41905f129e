/** Query adapters: the formula, the weights, and the file they are kept in. */
@NullMarked
package org.attunedb.core.adapter;

import org.jspecify.annotations.NullMarked;
