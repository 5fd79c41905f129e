/** Bridges from a newer embedding model to the one of a collection, at the command line. */
@NullMarked
package org.attunedb.server.bridge;

import org.jspecify.annotations.NullMarked;
