package org.attunedb.server.questions;

/**
 * A question before it is judged.
 *
 * @param text what is asked
 * @param answer what the document says to it; empty if nobody has put it into words
 * @param origin who made it
 * @param style the wish that it follows; empty for none
 */
record Draft(String text, String answer, Origin origin, String style) {}
