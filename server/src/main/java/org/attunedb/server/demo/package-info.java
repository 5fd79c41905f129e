/** The collection that comes with Attune for a first try. */
@NullMarked
package org.attunedb.server.demo;

import org.jspecify.annotations.NullMarked;
