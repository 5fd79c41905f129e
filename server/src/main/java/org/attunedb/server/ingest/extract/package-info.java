/** Bytes into text that keeps its structure: HTML, Markdown, PDF, JSON lines and plain text. */
@NullMarked
package org.attunedb.server.ingest.extract;

import org.jspecify.annotations.NullMarked;
