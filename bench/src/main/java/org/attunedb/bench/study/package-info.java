/**
 * Studies that try the adapter's claims on a collection: how the gain grows with the number of
 * labels beside other recipes, how often nothing is published as something, and what each part
 * adds. How to read them is in {@code docs/studies.md}.
 */
@NullMarked
package org.attunedb.bench.study;

import org.jspecify.annotations.NullMarked;
