package org.attunedb.index;

import java.util.OptionalDouble;
import org.attunedb.core.evaluation.SignTest;

/**
 * How two ways of searching differed.
 *
 * @param searches that were answered
 * @param compared that were made in both ways
 * @param failed whose second search failed or was rejected
 * @param different of the compared ones, those whose lists of ids were not the same
 * @param overlap mean share of common ids, 0 to 1: their number divided by the length of the longer
 *     list; empty if nothing was compared
 * @param rankBiasedOverlap mean rank-biased overlap with persistence 0.9, 0 to 1: agreement at
 *     every depth, of which the first ten carry 86 % of the weight, extrapolated beyond the end
 *     (Webber, Moffat and Zobel, A Similarity Measure for Indefinite Rankings, TOIS 2010, equation
 *     32); empty if nothing was compared
 * @param choices wins and losses of the shadow, see {@link ShadowSearch#choose}
 * @param ties choices of documents that both ranked the same
 */
public record ShadowReport(
    long searches,
    long compared,
    long failed,
    long different,
    OptionalDouble overlap,
    OptionalDouble rankBiasedOverlap,
    SignTest choices,
    long ties) {}
