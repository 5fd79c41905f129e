package org.attunedb.server.questions;

/**
 * A question that was kept.
 *
 * @param id made of document and text, the same in every run
 * @param text what is asked
 * @param documentId the document that answers it
 * @param answer what it says to it; empty if nobody has put it into words
 * @param origin who made it
 * @param style the wish that it follows; empty for none
 * @param test whether it is for measuring, not for training
 */
public record GeneratedQuery(
    String id,
    String text,
    String documentId,
    String answer,
    Origin origin,
    String style,
    boolean test) {}
