/** Training jobs: labels to a training set, a background thread, the gate's result to a version. */
@NullMarked
package org.attunedb.index.internal.training;

import org.jspecify.annotations.NullMarked;
