/**
 * Text and byte forms of domain values; the only place in the core that knows Jackson. All codecs
 * are stateless and thread-safe.
 */
@NullMarked
package org.attunedb.core.codec;

import org.jspecify.annotations.NullMarked;
