/** Commands around a collection's adapter: train, jobs, adapters. */
@NullMarked
package org.attunedb.server.jobs;

import org.jspecify.annotations.NullMarked;
