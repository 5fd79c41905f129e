package org.attunedb.index;

/** What compares vectors in this process; decided by how Java was started. */
public enum SimdProvider {
  /** Plain Java loops: the module {@code jdk.incubator.vector} is missing. */
  SCALAR,
  /** The processor's vector instructions, through {@code jdk.incubator.vector}. */
  PANAMA
}
