/**
 * Questions about the documents of a collection, written by a language model or cut out of the
 * documents, as labels to train and measure an adapter with.
 */
@NullMarked
package org.attunedb.server.questions;

import org.jspecify.annotations.NullMarked;
