/** An evaluation as text for the terminal, JSON, Markdown and a page for the browser. */
@NullMarked
package org.attunedb.server.report;

import org.jspecify.annotations.NullMarked;
