/** What a server says about when to ask again, for everything that asks servers. */
@NullMarked
package org.attunedb.server.retry;

import org.jspecify.annotations.NullMarked;
