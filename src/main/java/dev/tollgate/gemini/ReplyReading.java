package dev.tollgate.gemini;

import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.upstream.ReplyFields;

/**
 * What a reply of Gemini says about itself while it passes: what it cost, whether it delivered, and what went wrong inside it.
 * Counts are those of the whole call so far, so the greatest total counts; what comes later without a count erases nothing. Of
 * the reply itself nothing is held.
 */
final class ReplyReading {

    private static final Logger log = LoggerFactory.getLogger(ReplyReading.class);

    private static final String ERROR = "/error";
    private static final Set<String> USAGE = Set.of("/usageMetadata", "/response/usageMetadata", "/usage", "/interaction/usage");
    private static final Set<String> ENDS = Set.of("/candidates/finishReason", "/promptFeedback/blockReason", "/choices/finish_reason");
    /** Of interactions, which say of themselves how far they are; one that goes on says later, to whoever asks again. */
    private static final Set<String> STATES = Set.of("/status", "/interaction/status");

    /** Gemini's own, those of its OpenAI-compatible path, and those of interactions. */
    private static final Set<String> WANTED = Set.of("/usageMetadata", "/response/usageMetadata", "/usage", "/interaction/usage", ERROR,
            "/candidates/finishReason", "/promptFeedback/blockReason", "/choices/finish_reason", "/status", "/interaction/status");

    private final ReplyFields fields = new ReplyFields(WANTED, this::take);
    private TokenUsage usage = TokenUsage.NONE;
    private JsonNode error;
    private boolean told;
    private boolean finished;
    private boolean empty = true;
    private boolean unreadable;

    /** Reads the next piece; never throws, because what is read here is on its way to somebody who has paid for it. */
    void read(byte[] buffer, int offset, int length) {
        empty &= length == 0;
        try {
            if (!unreadable) {
                fields.read(buffer, offset, length);
            }
        }
        catch (RuntimeException e) {
            unreadable = true;
            log.error("A reply of Gemini cannot be read further; what it said it costs until here counts", e);
        }
    }

    private void take(String path, JsonNode value) {
        if (path.equals(ERROR)) {
            error = error == null && !value.isNull() ? value : error;
        }
        else if (ENDS.contains(path)) {
            finished |= !value.asText("").isEmpty() && !value.isNull();
        }
        else if (STATES.contains(path)) {
            finished |= value.asText("").equals("completed");
        }
        else if (USAGE.contains(path)) {
            TokenUsage named = TokenUsage.of(value);
            told |= TokenUsage.names(value);
            usage = named.total() >= usage.total() && !named.isNone() ? named : usage;
        }
    }

    /** What was named so far; {@link TokenUsage#NONE} for nothing. */
    TokenUsage usage() {
        return usage;
    }

    /** The first error inside the reply. */
    Optional<JsonNode> error() {
        return Optional.ofNullable(error);
    }

    /** Whether a count was named, be it 0. */
    boolean isTold() {
        return told;
    }

    /** Whether the model has said why it ended, and nothing of what it said could not be read. */
    boolean isFinished() {
        return finished && !unreadable && fields.isLegible();
    }

    /** Whether it is JSON or events of it as far as it came, and not a page of somebody in between, say. */
    boolean isJson() {
        return fields.hasBegun();
    }

    /** Whether nothing came at all. */
    boolean isEmpty() {
        return empty;
    }
}
