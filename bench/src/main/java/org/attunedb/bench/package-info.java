/** The command {@code attune bench} and what its sub-commands share. */
@NullMarked
package org.attunedb.bench;

import org.jspecify.annotations.NullMarked;
