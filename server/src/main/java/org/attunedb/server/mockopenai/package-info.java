/**
 * A server that speaks OpenAI's HTTP API without a model behind it: answers are computed from the
 * request by fixed rules, and every failure of a real service can be ordered. For tests, ours and
 * the users'; {@code attune mock-openai} starts it.
 */
@NullMarked
package org.attunedb.server.mockopenai;

import org.jspecify.annotations.NullMarked;
