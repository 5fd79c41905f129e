/** Commands for whoever looks after a store: verify, backup, restore, compact. */
@NullMarked
package org.attunedb.server.admin;

import org.jspecify.annotations.NullMarked;
