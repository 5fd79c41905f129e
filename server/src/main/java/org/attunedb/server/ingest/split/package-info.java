/** Long texts into chunks. */
@NullMarked
package org.attunedb.server.ingest.split;

import org.jspecify.annotations.NullMarked;
