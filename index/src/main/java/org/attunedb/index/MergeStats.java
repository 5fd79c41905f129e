package org.attunedb.index;

/**
 * What the merges of all collections of a store take at one moment. Merges that fit a store neither
 * in number nor in heap wait; writers don't wait for them longer than docs/engines.md says.
 *
 * @param building merges under way that build graphs
 * @param copying merges under way that are too small for graphs
 * @param waiting merges that have no place yet
 * @param places most of each of the two kinds at once
 * @param heapBytes what the graphs that are being built are estimated to take of the heap
 * @param heapLimit what they may take together; a graph that takes more is built alone
 */
public record MergeStats(
    int building, int copying, int waiting, int places, long heapBytes, long heapLimit) {}
