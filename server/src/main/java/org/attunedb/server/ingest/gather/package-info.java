/** What a source is made of: the pages of a web site, the files of a folder. */
@NullMarked
package org.attunedb.server.ingest.gather;

import org.jspecify.annotations.NullMarked;
