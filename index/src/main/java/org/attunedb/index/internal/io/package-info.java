/**
 * Small files on disk, written so that a crash leaves a whole file. Knows nothing of their content.
 */
@NullMarked
package org.attunedb.index.internal.io;

import org.jspecify.annotations.NullMarked;
