/** Retrieval metrics with written definitions, and the statistics that tell a gain from chance. */
@NullMarked
package org.attunedb.core.evaluation;

import org.jspecify.annotations.NullMarked;
