/** The command that keeps what people chose. */
@NullMarked
package org.attunedb.server.feedback;

import org.jspecify.annotations.NullMarked;
