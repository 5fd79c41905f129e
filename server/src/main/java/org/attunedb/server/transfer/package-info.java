/**
 * Documents into collections and out of them: the commands {@code import}, {@code export}, {@code
 * search}, {@code delete} and {@code stats}, and the file formats that they read and write.
 */
@NullMarked
package org.attunedb.server.transfer;

import org.jspecify.annotations.NullMarked;
