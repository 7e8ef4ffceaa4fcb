package dev.tollgate.xai;

import java.io.IOException;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * An error of the API. xAI's own shape is {@code {"code":…,"error":"…"}}; some errors of the chat endpoint come as OpenAI's
 * {@code {"error":{"message","type","code"}}}.
 *
 * @param status  HTTP status
 * @param code    xAI's code, or OpenAI's code or type; empty when there is none
 * @param message its text, cut at 500 characters; empty when there is none
 */
public record XaiError(int status, String code, String message) {

    private static final int MAX_CHARS = 500;

    /** Reads an error body of either shape; anything else has neither code nor message. */
    public static XaiError read(int status, byte[] body) {
        JsonNode root;
        try {
            root = Json.STRICT.readTree(body);
        } catch (IOException notJson) {
            return new XaiError(status, "", "");
        }
        JsonNode error = root.path("error");
        if (error.isObject()) {
            String code = error.path("code").asText("");
            return new XaiError(status, code.isEmpty() || code.equals("null") ? error.path("type").asText("") : code,
                    cut(error.path("message").asText("")));
        }
        return new XaiError(status, root.path("code").asText(""), cut(error.asText("")));
    }

    /** A sentence for the caller, without the upstream's text, which may name the team. */
    public String reason() {
        return "xAI answered " + status + (code.isEmpty() ? "" : " " + code);
    }

    private static String cut(String text) {
        return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS);
    }
}
