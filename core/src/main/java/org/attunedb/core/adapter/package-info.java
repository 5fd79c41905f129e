/** Query adapters and bridges between models: formulas, weights, and the files they are kept in. */
@NullMarked
package org.attunedb.core.adapter;

import org.jspecify.annotations.NullMarked;
