/** What embedding over a service reaches of what its limits allow. */
@NullMarked
package org.attunedb.bench.embed;

import org.jspecify.annotations.NullMarked;
