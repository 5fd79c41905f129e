/** What a training costs: time and memory by the size of its corpus and labels. */
@NullMarked
package org.attunedb.bench.training;

import org.jspecify.annotations.NullMarked;
