package org.attunedb.server.mockopenai;

/**
 * A request as it arrived. The key is not kept.
 *
 * @param number 1 for the first after the start of the server
 * @param method HTTP method
 * @param path path of the URL
 * @param body as text
 * @param fault what was ordered for it
 * @param status of the answer; 0 if none was sent
 * @param inFlight requests in work when it arrived, itself included
 */
public record LoggedRequest(
    int number, String method, String path, String body, Fault fault, int status, int inFlight) {}
