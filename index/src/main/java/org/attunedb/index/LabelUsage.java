package org.attunedb.index;

/**
 * What became of the labels that training was given.
 *
 * @param queries usable queries
 * @param withoutRelevantDocument queries left out because no relevant document of theirs has a
 *     vector in the collection
 * @param withoutVector queries left out because no word of theirs is known, so that they have no
 *     direction
 * @param unknownDocuments judgments that name documents which the collection does not hold
 */
public record LabelUsage(
    int queries, int withoutRelevantDocument, int withoutVector, int unknownDocuments) {}
