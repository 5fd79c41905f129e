/** Training jobs on the disk: their state, labels, log and checkpoints. */
@NullMarked
package org.attunedb.index.internal.jobs;

import org.jspecify.annotations.NullMarked;
