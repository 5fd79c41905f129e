/**
 * The contract between a store and whatever trains query adapters for it: labels in, weights and a
 * gate's decision out.
 */
@NullMarked
package org.attunedb.core.training;

import org.jspecify.annotations.NullMarked;
