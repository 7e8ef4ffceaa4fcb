package dev.tollgate.sandbox;

import java.io.IOException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/**
 * xAI's API as far as the gateway and its clients use it, without a network: chat completions, responses and messages (whole
 * and streamed), models, and its errors as they come from the real one.
 *
 * <p>The same text has the same answer every time. Faults come on demand, from {@link #fail} or from the text itself: a
 * title that holds {@code [fault:truncated]} gets that fault (see {@link Fault} for the words).
 */
public final class XaiSimulator {

    /** What can go wrong. In a text: the name in lower case with hyphens. */
    public enum Fault {
        /** 429, too many requests. */
        RATE_LIMIT,
        /** 429 with the same code, but no retry will help. */
        OUT_OF_CREDIT,
        /** 403, the team's spending limit. */
        PERMISSION_DENIED,
        /** 500. */
        SERVER_ERROR,
        /** 503 in OpenAI's error shape. */
        OPENAI_ERROR,
        /** 200 with a body that is no JSON. */
        GARBAGE,
        /** finish_reason length, the content cut in the middle. */
        TRUNCATED,
        /** content null, refusal set. */
        REFUSAL,
        /** content null. */
        EMPTY,
        /** JSON that does not follow the schema asked for. */
        WRONG_SCHEMA,
        /** tool_calls instead of content. */
        TOOL_CALL,
        /** Two choices where one was asked for. */
        TWO_CHOICES,
        /** 200 and, in the middle of a stream, an error event. */
        STREAM_ERROR,
        /** A usage whose completion holds the reasoning, as OpenAI counts. */
        REASONING_INSIDE,
        /** No usage, although it was asked for. */
        WITHOUT_USAGE,
        /** Behind the usage of a stream an event with an empty one. */
        LATE_EMPTY_USAGE,
        /** A stream whose lines end by a carriage return, with comments and events of several data lines. */
        ODD_LINES;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * An answer of the API.
     *
     * @param chunks one for a whole answer; one per server-sent event for a streamed one
     */
    public record Reply(int status, Map<String, String> headers, List<String> chunks) {

        /** All chunks in one. */
        public String body() {
            return String.join("", chunks);
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> MODELS = List.of("grok-4", "grok-4-fast-reasoning", "grok-4-fast-non-reasoning");
    private static final List<String> REFUSED_BY_REASONING = List.of("presence_penalty", "frequency_penalty", "stop");

    private final XaiAnswers answers;
    /** Bound: faults that a tester has ordered by hand. */
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final AtomicLong calls = new AtomicLong();

    /** @param clock for the {@code created} fields */
    public XaiSimulator(Clock clock) {
        this.answers = new XaiAnswers(clock);
    }

    /** The next {@code times} billed calls get this fault. */
    public void fail(Fault fault, int times) {
        for (int n = 0; n < times; n++) {
            faults.add(fault);
        }
    }

    /** Chat and responses calls that came in with a key, faulty ones included: what a team would see on its bill or limit. */
    public long calls() {
        return calls.get();
    }

    /**
     * Answers a request.
     *
     * @param path          from {@code /v1} on, without a query
     * @param authorization the header's value; null when there is none
     */
    public Reply handle(String method, String path, @Nullable String authorization, byte[] body) {
        return handle(method, path, authorization, body, Optional.empty());
    }

    /** As above, with a fault of this call alone; it goes before those of {@link #fail} and of the text. */
    Reply handle(String method, String path, @Nullable String authorization, byte[] body, Optional<Fault> own) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return XaiAnswers.error(401, "unauthenticated:no-credentials", "No credentials presented.");
        }
        if (authorization.substring(7).isBlank() || authorization.substring(7).startsWith("bad")) {
            return XaiAnswers.error(400, "invalid-argument",
                    "Incorrect API key provided. You can obtain an API key from https://console.x.ai.");
        }
        return switch (path) {
            case "/v1/models" -> method.equals("GET") ? answers.models(MODELS) : wrongMethod();
            case "/v1/chat/completions", "/v1/responses", "/v1/messages" -> method.equals("POST") ? call(path, body, own) : wrongMethod();
            default -> path.startsWith("/v1/models/") && MODELS.contains(path.substring(11))
                    ? answers.model(path.substring(11)) : XaiAnswers.error(404, "not-found", "No such path or model.");
        };
    }

    private Reply call(String path, byte[] body, Optional<Fault> own) {
        calls.incrementAndGet();
        JsonNode request;
        try {
            request = JSON.readTree(body);
        } catch (IOException notJson) {
            return XaiAnswers.error(422, "invalid-argument", "Failed to deserialize the JSON body into the target type.");
        }
        String model = request.path("model").asText("");
        if (!MODELS.contains(model)) {
            return XaiAnswers.error(404, "not-found", "The model " + model
                    + " does not exist or your team 00000000-0000-0000-0000-000000000000 does not have access to it.");
        }
        Optional<String> refused = REFUSED_BY_REASONING.stream().filter(request::has).findFirst();
        if (refused.isPresent() && !model.endsWith("non-reasoning")) {
            return XaiAnswers.error(400, "invalid-argument", "Argument not supported on this model: " + refused.get());
        }
        String needed = path.endsWith("responses") ? "input" : "messages";
        if (request.path(needed).isMissingNode()) {
            return XaiAnswers.error(422, "invalid-argument", "missing field `" + needed + "`");
        }
        Optional<Fault> fault = own.isPresent() ? own : fault(request.toString());
        Optional<Reply> failure = fault.flatMap(XaiAnswers::failure);
        return failure.orElseGet(() -> switch (path) {
            case "/v1/chat/completions" -> answers.chat(request, fault);
            case "/v1/responses" -> answers.response(request, fault);
            default -> XaiMessages.answer(request, XaiThought.about(request, fault));
        });
    }

    private Optional<Fault> fault(String text) {
        Optional<Fault> asked = Optional.ofNullable(faults.poll());
        return asked.isPresent() ? asked : Arrays.stream(Fault.values())
                .filter(fault -> text.contains("[fault:" + fault.word() + "]")).findFirst();
    }

    private static Reply wrongMethod() {
        return XaiAnswers.error(405, "invalid-argument", "Method not allowed.");
    }
}
