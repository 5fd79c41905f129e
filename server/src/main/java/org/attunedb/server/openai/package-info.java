/**
 * Models behind OpenAI's HTTP API, of OpenAI or of any server that speaks it: embeddings and chat.
 * The only package that sees openai-java and okhttp.
 */
@NullMarked
package org.attunedb.server.openai;

import org.jspecify.annotations.NullMarked;
