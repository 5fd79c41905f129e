/**
 * Damages files of small stores in every way that disks do, and checks that nobody is told a wrong
 * answer: verification names the file, opening refuses the collection or answers exactly.
 */
@NullMarked
package org.attunedb.bench.corruption;

import org.jspecify.annotations.NullMarked;
