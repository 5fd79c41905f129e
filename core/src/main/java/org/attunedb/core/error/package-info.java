/**
 * Everything that Attune reports as an error. Faults of the caller are {@link
 * org.attunedb.core.error.InvalidInputException}; everything else is an {@link
 * org.attunedb.core.error.AttuneException}. Each carries a stable {@link
 * org.attunedb.core.error.ErrorCode}.
 */
@NullMarked
package org.attunedb.core.error;

import org.jspecify.annotations.NullMarked;
