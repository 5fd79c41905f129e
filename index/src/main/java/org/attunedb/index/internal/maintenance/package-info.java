/**
 * Verification, backup and restore of whole stores. Works on files; of what is open it knows only
 * the commits that {@code internal.store} holds for it.
 */
@NullMarked
package org.attunedb.index.internal.maintenance;

import org.jspecify.annotations.NullMarked;
