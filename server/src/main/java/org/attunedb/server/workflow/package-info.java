/**
 * What several commands do alike: fill a collection from a dataset, wait for a training, with
 * progress on the screen.
 */
@NullMarked
package org.attunedb.server.workflow;

import org.jspecify.annotations.NullMarked;
