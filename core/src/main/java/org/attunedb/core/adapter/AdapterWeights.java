package org.attunedb.core.adapter;

/** Placeholder until the gate's form is settled. */
public final class AdapterWeights {}
