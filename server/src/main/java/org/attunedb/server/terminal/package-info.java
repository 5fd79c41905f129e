/** Plain text for terminals and log files: tables, progress, and the texts of Deep Memory. */
@NullMarked
package org.attunedb.server.terminal;

import org.jspecify.annotations.NullMarked;
