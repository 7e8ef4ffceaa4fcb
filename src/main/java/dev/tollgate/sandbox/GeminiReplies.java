package dev.tollgate.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/** What the simulated Gemini says to a request, with the usage that goes with it. The same request has the same reply. */
final class GeminiReplies {

    /** Tokens of a page or picture: https://ai.google.dev/gemini-api/docs/document-processing. */
    private static final int TOKENS_A_PAGE = 258;
    private static final long THOUGHTS = 32;
    private static final Pattern PAGE = Pattern.compile("/Type\\s*/Page[^s]");

    private final ObjectMapper json;
    private final JsonNode asked;
    private final JsonNode parts;
    private final byte[] file;

    GeminiReplies(JsonNode request, ObjectMapper json) {
        this.json = json;
        this.asked = request.has("contents") ? request : request.path("generateContentRequest");
        JsonNode contents = asked.path("contents");
        this.parts = contents.path(contents.size() - 1).path("parts");
        this.file = file(parts);
    }

    /** The invoice of a file, a call of the first tool, an object as the schema asks for, or an echo of the text. */
    Map<String, Object> served() throws IOException {
        if (callsATool()) {
            JsonNode tool = asked.path("tools").findValue("functionDeclarations").path(0);
            Map<String, Object> call = Map.of("functionCall", inOrder("name", tool.path("name").asText(), "args",
                    SchemaSample.of(tool.has("parametersJsonSchema") ? tool.path("parametersJsonSchema") : tool.path("parameters"))));
            return reply(call, "STOP", usage(tokens(json.writeValueAsString(call)), THOUGHTS));
        }
        String text = text();
        return reply(text, "STOP", usage(tokens(text), THOUGHTS));
    }

    /** Whether there is a tool, it may be used, and it has not answered yet. */
    private boolean callsATool() {
        boolean answered = asked.path("contents").findValue("functionResponse") != null;
        boolean none = asked.path("toolConfig").path("functionCallingConfig").path("mode").asText().equals("NONE");
        JsonNode declared = asked.path("tools").findValue("functionDeclarations");
        return declared != null && !declared.isEmpty() && !answered && !none;
    }

    /** The same in a fence, as models write it that think of Markdown. */
    Map<String, Object> fenced() throws IOException {
        String text = "```json\n" + text() + "\n```";
        return reply(text, "STOP", usage(tokens(text), THOUGHTS));
    }

    /** An end without a word, which is paid all the same. */
    Map<String, Object> silent() {
        return inOrder("candidates", List.of(inOrder("finishReason", "STOP", "index", 0)), "usageMetadata", usage(0, 0),
                "modelVersion", "gemini-2.5-flash");
    }

    /** The same in pieces of a word or so; counts are those of the whole reply so far. */
    List<Map<String, Object>> servedInPieces() throws IOException {
        if (callsATool()) {
            return List.of(served());
        }
        String[] words = text().split("(?<= )");
        List<Map<String, Object>> pieces = new ArrayList<>();
        long output = 0;
        for (int i = 0; i < words.length; i++) {
            output += tokens(words[i]);
            pieces.add(reply(words[i], i == words.length - 1 ? "STOP" : null, usage(output, THOUGHTS)));
        }
        return pieces;
    }

    Map<String, Object> blocked() {
        return inOrder("promptFeedback", Map.of("blockReason", "PROHIBITED_CONTENT"), "usageMetadata", usage(0, 0),
                "modelVersion", "gemini-2.5-flash");
    }

    Map<String, Object> declined() {
        return inOrder("candidates", List.of(inOrder("finishReason", "SAFETY", "index", 0)), "usageMetadata", usage(0, 0),
                "modelVersion", "gemini-2.5-flash");
    }

    Map<String, Object> truncated() {
        return reply("{\"invoice_no\": \"INV-1", "MAX_TOKENS", usage(12, 0));
    }

    /** As many numbers for each text as the caller may compare. */
    static Map<String, Object> embedding() {
        return Map.of("values", List.of(0.0125, -0.5, 0.25));
    }

    Map<String, Object> counted() {
        return inOrder("totalTokens", textTokens() + pictureTokens(), "promptTokensDetails", details());
    }

    private static Map<String, Object> reply(String text, @Nullable String finish, Map<String, Object> usage) {
        return reply(Map.of("text", text), finish, usage);
    }

    private static Map<String, Object> reply(Map<String, Object> part, @Nullable String finish, Map<String, Object> usage) {
        Map<String, Object> candidate = new LinkedHashMap<>();
        candidate.put("content", inOrder("parts", List.of(part), "role", "model"));
        if (finish != null) {
            candidate.put("finishReason", finish);
        }
        candidate.put("index", 0);
        return inOrder("candidates", List.of(candidate), "usageMetadata", usage, "modelVersion", "gemini-2.5-flash",
                "responseId", "sandbox");
    }

    static Map<String, Object> inOrder(@Nullable Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(String.valueOf(pairs[i]), pairs[i + 1]);
        }
        return map;
    }

    private String text() throws IOException {
        if (file.length > 0) {
            return json.writeValueAsString(SandboxInvoice.read(file));
        }
        JsonNode config = asked.path("generationConfig");
        if (config.path("responseMimeType").asText().equals("application/json")) {
            JsonNode schema = config.has("responseJsonSchema") ? config.path("responseJsonSchema") : config.path("responseSchema");
            return json.writeValueAsString(schema.isObject() ? SchemaSample.of(schema) : Map.of("said", prompt()));
        }
        JsonNode answer = asked.path("contents").findValue("functionResponse");
        return answer == null ? "This is the sandbox; you said: " + prompt()
                : "This is the sandbox; the tool said: " + answer.path("response");
    }

    private String prompt() {
        StringBuilder prompt = new StringBuilder();
        parts.forEach(part -> prompt.append(part.path("text").asText("")));
        return prompt.toString();
    }

    private Map<String, Object> usage(long output, long thoughts) {
        long prompt = textTokens() + pictureTokens();
        return inOrder("promptTokenCount", prompt, "candidatesTokenCount", output, "thoughtsTokenCount", thoughts,
                "totalTokenCount", prompt + output + thoughts, "promptTokensDetails", details(),
                "candidatesTokensDetails", List.of(inOrder("modality", "TEXT", "tokenCount", output)));
    }

    private List<Map<String, Object>> details() {
        Map<String, Object> text = inOrder("modality", "TEXT", "tokenCount", textTokens());
        if (file.length == 0) {
            return List.of(text);
        }
        boolean pdf = new String(file, 0, Math.min(4, file.length), StandardCharsets.ISO_8859_1).equals("%PDF");
        return List.of(text, inOrder("modality", pdf ? "DOCUMENT" : "IMAGE", "tokenCount", pictureTokens()));
    }

    private long textTokens() {
        long tokens = 0;
        for (JsonNode part : parts) {
            tokens += tokens(part.path("text").asText(""));
        }
        return tokens;
    }

    private long pictureTokens() {
        return file.length == 0 ? 0 : TOKENS_A_PAGE
                * Math.max(1, PAGE.matcher(new String(file, StandardCharsets.ISO_8859_1)).results().count());
    }

    private static byte[] file(JsonNode parts) {
        for (JsonNode part : parts) {
            if (part.has("inlineData")) {
                return Base64.getDecoder().decode(part.path("inlineData").path("data").asText());
            }
        }
        return new byte[0];
    }

    private static long tokens(String text) {
        return (text.length() + 3) / 4;
    }
}
