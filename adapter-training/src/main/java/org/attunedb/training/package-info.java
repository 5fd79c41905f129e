/**
 * Trains query adapters with DJL on PyTorch. The only module that knows DJL; a store finds it
 * through {@link java.util.ServiceLoader}.
 */
@NullMarked
package org.attunedb.training;

import org.jspecify.annotations.NullMarked;
