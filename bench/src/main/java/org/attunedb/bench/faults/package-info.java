/**
 * Campaigns that break a store's disk, its calls and its process, and compare what is left with a
 * model that was kept outside. What they show and what they do not is in {@code docs/faults.md}.
 */
@NullMarked
package org.attunedb.bench.faults;

import org.jspecify.annotations.NullMarked;
