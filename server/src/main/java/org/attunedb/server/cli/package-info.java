/**
 * The command line: what all sub-commands share. Sub-commands of other modules join as services.
 */
@NullMarked
package org.attunedb.server.cli;

import org.jspecify.annotations.NullMarked;
