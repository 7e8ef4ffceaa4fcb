package dev.tollgate.xai;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tollgate.upstream.ReplyFields;

/**
 * What a reply says of what it cost, read on its way in any form: whole or streamed, of chat, responses, messages, pictures
 * or embeddings.
 */
final class ReplyReading {

    private static final Set<String> USAGES = Set.of("/usage", "/response/usage", "/message/usage");
    private static final Set<String> ERRORS = Set.of("/error", "/response/error");

    /** Where text of the model stands, of an answer, a refusal or a call of a tool; of a long one only the beginning is seen. */
    private static final Set<String> TEXTS = Set.of("/choices/delta/content", "/choices/delta/reasoning_content", "/choices/delta/refusal",
            "/choices/delta/tool_calls/function/arguments", "/choices/message/content", "/choices/message/reasoning_content",
            "/choices/message/refusal", "/choices/message/tool_calls/function/arguments", "/delta", "/output/content/text",
            "/output/arguments", "/content/text", "/content/thinking");
    /** Where an answer says why it ended, or what kind of thing it is; also one without a word has been paid for. */
    private static final Set<String> ENDS = Set.of("/choices/finish_reason", "/stop_reason", "/output/type", "/response/output/type");
    /** Where pictures stand; of one that is held in the reply only the beginning is seen. */
    private static final Set<String> PICTURES = Set.of("/data/url", "/data/b64_json");
    /** Every embedding has one. */
    private static final String EMBEDDING = "/data/index";
    /** Of an event for clients of responses; an error has no object of its own there. */
    private static final String KIND = "/type";
    private static final Set<String> WANTED = Stream.of(USAGES, ERRORS, TEXTS, ENDS, PICTURES, Set.of("/code", KIND, EMBEDDING)).flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());
    private static final int BYTES_A_TOKEN = 4;
    /** What is asked for a picture in words; the rest of a long request is pictures itself. */
    private static final int LONGEST_PROMPT = 2_000;
    private static final int LONGEST_CODE = 100;

    private final ReplyFields fields = new ReplyFields(WANTED, this::take);
    private final NamedUsage named = new NamedUsage();
    private long textLength;
    private boolean hasEnded;
    private boolean hasPictures;
    private boolean hasEmbeddings;
    private String code = "";
    private boolean failed;

    /** Of a whole reply. */
    static ReplyReading of(byte[] whole) {
        ReplyReading reading = new ReplyReading();
        reading.read(whole, 0, whole.length);
        return reading;
    }

    /** Reads its next piece. */
    void read(byte[] buffer, int offset, int length) {
        fields.read(buffer, offset, length);
    }

    private void take(String path, JsonNode value) {
        if (USAGES.contains(path)) {
            named.take(value);
        } else if (ERRORS.contains(path)) {
            failed |= !value.isNull();
            code = value.isObject() ? value.path("code").asText(value.path("type").asText(code)) : code;
        } else if (path.equals(KIND)) {
            failed |= value.asText("").equals("error");
        } else if (path.equals("/code")) {
            code = value.asText("");
        } else if (ENDS.contains(path)) {
            hasEnded |= value.isTextual();
        } else if (path.equals(EMBEDDING)) {
            hasEmbeddings = true;
        } else if (PICTURES.contains(path)) {
            hasPictures |= !value.isNull();
        } else {
            textLength += written(value);
            hasEnded |= value.path("stop_reason").isTextual();
        }
    }

    /** Of a list all parts; of a part, or a piece for Anthropic's clients, words, thoughts or arguments of a tool. */
    private static int written(JsonNode value) {
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false).mapToInt(ReplyReading::written).sum();
        }
        return value.isObject() ? Stream.of("text", "thinking", "partial_json").mapToInt(name -> value.path(name).asText("").length()).sum()
                : value.asText("").length();
    }

    /** What it says; {@link Usage#NONE} for nothing. */
    Usage usage() {
        return named.usage();
    }

    /** Whether it holds something that is paid for, and neither said what that costs nor that it failed. */
    boolean isUnknown() {
        return (textLength > 0 || hasEnded || hasPictures || hasEmbeddings) && !failed && usage().equals(Usage.NONE);
    }

    /** A guess at the tokens read, from the bytes that were sent. */
    long guessedInput(int sent) {
        int tokens = sent / BYTES_A_TOKEN;
        return hasPictures ? Math.min(tokens, LONGEST_PROMPT) : tokens;
    }

    /** A guess at the tokens written, from what was seen of the text. */
    long guessedOutput() {
        return (textLength + BYTES_A_TOKEN - 1) / BYTES_A_TOKEN;
    }

    /** Whether it began as a success and holds an error. */
    boolean hasFailed() {
        return failed;
    }

    /** The code of that error, at most 100 characters; empty where it has none. */
    String code() {
        return code.substring(0, Math.min(LONGEST_CODE, code.length()));
    }
}
