/**
 * The recipe, in the order in which it runs: folds, fits, choice of alpha, gate. Tensors live only
 * in the classes whose names say so.
 */
@NullMarked
package org.attunedb.training.internal;

import org.jspecify.annotations.NullMarked;
