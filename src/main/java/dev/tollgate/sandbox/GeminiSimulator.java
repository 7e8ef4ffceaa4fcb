package dev.tollgate.sandbox;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;

import org.springframework.stereotype.Component;

/**
 * Gemini as the sandbox knows it: {@code generateContent} with the true shapes of answers, usage and errors.
 *
 * <p>Faults on demand: the request header {@value #FAULT_HEADER} lists what each attempt of one request meets, for
 * example {@code 503,503} (then it succeeds) or {@code 429,hang}. Known: {@code 429}, {@code 429-day}, {@code 400},
 * {@code 400-key}, {@code 403}, {@code 404}, {@code 500}, {@code 503}, {@code 504}, {@code hang}, {@code reset},
 * {@code blocked}, {@code safety}, {@code truncated}, {@code garbage}, {@code ok}. The list ends in {@code *} when its
 * last entry is to stay: {@code 503*} never succeeds.
 */
@Component("geminiSimulator")
public class GeminiSimulator {

    static final String FAULT_HEADER = "X-Sandbox-Fault";

    /** Tokens of a page or picture: https://ai.google.dev/gemini-api/docs/document-processing. */
    private static final int TOKENS_A_PAGE = 258;
    private static final Pattern PAGE = Pattern.compile("/Type\\s*/Page[^s]");

    private final ObjectMapper json;
    private final FaultList faultList = new FaultList();

    GeminiSimulator(ObjectMapper json) {
        this.json = json;
    }

    /** Answers one call; sets status and body of the message. */
    public void answer(@Header(FAULT_HEADER) String faults, @Header("X-Request-Id") String request,
            @Header("x-goog-api-key") String key, @Body byte[] body, Exchange exchange) throws Exception {
        exchange.getMessage().setHeader("X-Sandbox", "true");
        String fault = key == null || key.isBlank() ? "403" : faultList.next(faults, request).orElse("ok");
        switch (fault) {
            case "ok" -> reply(exchange, 200, served(json.readTree(body)));
            case "hang" -> Thread.sleep(Duration.ofMinutes(10).toMillis());
            case "reset" -> exchange.getMessage().setBody(brokenOff());
            case "garbage" -> exchange.getMessage().setBody("<html>not what you asked for</html>");
            case "blocked" -> reply(exchange, 200, blocked(json.readTree(body)));
            case "safety", "truncated" -> reply(exchange, 200, withoutResult(json.readTree(body), fault));
            default -> error(exchange, SandboxFault.of(fault));
        }
    }

    private Map<String, Object> served(JsonNode request) throws IOException {
        byte[] file = file(request);
        String invoice = json.writeValueAsString(SandboxInvoice.read(file));
        long output = tokens(invoice);
        long thoughts = 32;
        return Map.of("candidates", List.of(Map.of("index", 0, "finishReason", "STOP",
                        "content", Map.of("role", "model", "parts", List.of(Map.of("text", invoice))))),
                "usageMetadata", usage(request, file, output, thoughts),
                "modelVersion", "gemini-2.5-flash", "responseId", "sandbox");
    }

    private Map<String, Object> blocked(JsonNode request) {
        return Map.of("promptFeedback", Map.of("blockReason", "PROHIBITED_CONTENT"),
                "usageMetadata", usage(request, file(request), 0, 0), "modelVersion", "gemini-2.5-flash");
    }

    private Map<String, Object> withoutResult(JsonNode request, String fault) {
        Map<String, Object> candidate = fault.equals("safety")
                ? Map.of("index", 0, "finishReason", "SAFETY")
                : Map.of("index", 0, "finishReason", "MAX_TOKENS", "content",
                        Map.of("role", "model", "parts", List.of(Map.of("text", "{\"invoice_no\": \"INV-1"))));
        return Map.of("candidates", List.of(candidate),
                "usageMetadata", usage(request, file(request), fault.equals("safety") ? 0 : 12, 0),
                "modelVersion", "gemini-2.5-flash");
    }

    private static Map<String, Object> usage(JsonNode request, byte[] file, long output, long thoughts) {
        long text = 0;
        for (JsonNode part : request.path("contents").path(0).path("parts")) {
            text += tokens(part.path("text").asText(""));
        }
        long pages = Math.max(1, PAGE.matcher(new String(file, StandardCharsets.ISO_8859_1)).results().count());
        long picture = pages * TOKENS_A_PAGE;
        String modality = new String(file, 0, Math.min(4, file.length), StandardCharsets.ISO_8859_1).equals("%PDF")
                ? "DOCUMENT" : "IMAGE";
        return Map.of("promptTokenCount", text + picture, "candidatesTokenCount", output,
                "thoughtsTokenCount", thoughts, "totalTokenCount", text + picture + output + thoughts,
                "promptTokensDetails", List.of(Map.of("modality", "TEXT", "tokenCount", text),
                        Map.of("modality", modality, "tokenCount", picture)),
                "candidatesTokensDetails", List.of(Map.of("modality", "TEXT", "tokenCount", output)));
    }

    private static byte[] file(JsonNode request) {
        for (JsonNode part : request.path("contents").path(0).path("parts")) {
            if (part.has("inlineData")) {
                return Base64.getDecoder().decode(part.path("inlineData").path("data").asText());
            }
        }
        return new byte[0];
    }

    private static long tokens(String text) {
        return (text.length() + 3) / 4;
    }

    private void error(Exchange exchange, SandboxFault fault) throws IOException {
        reply(exchange, fault.status(), Map.of("error", fault.error()));
    }

    private void reply(Exchange exchange, int status, Object body) throws IOException {
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json; charset=UTF-8");
        exchange.getMessage().setBody(json.writeValueAsBytes(body));
    }

    /** A few bytes, then the connection is gone. */
    private static InputStream brokenOff() {
        return new SequenceInputStream(new ByteArrayInputStream("{\"cand".getBytes(StandardCharsets.UTF_8)),
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("The sandbox broke the connection, as asked");
                    }
                });
    }
}
