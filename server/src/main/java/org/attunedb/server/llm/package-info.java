/**
 * What every use of a language model shares: how texts stand in prompts, what tokens cost, calls
 * side by side, and journals that work goes on from.
 */
@NullMarked
package org.attunedb.server.llm;

import org.jspecify.annotations.NullMarked;
