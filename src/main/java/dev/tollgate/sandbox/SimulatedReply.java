package dev.tollgate.sandbox;

import java.util.Map;

/**
 * What a simulated upstream answers.
 *
 * @param status  the HTTP status
 * @param headers content type, and content encoding when the body is compressed
 * @param body    the bytes on the wire
 */
public record SimulatedReply(int status, Map<String, String> headers, byte[] body) {
}
