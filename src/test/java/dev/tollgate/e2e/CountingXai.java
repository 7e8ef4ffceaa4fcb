package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.sun.net.httpserver.HttpExchange;

import dev.tollgate.StubServer;

/** An xAI that counts its calls by question and moment, takes its time, and never gives the same verdict twice running. */
final class CountingXai implements AutoCloseable {

    /** One call as it arrived. */
    record Call(String title, Instant at) {
    }

    private static final Pattern TITLE = Pattern.compile("Title \\d+");

    private final StubServer server = new StubServer("counting-xai", this::answer);
    private final ConcurrentLinkedQueue<Call> calls = new ConcurrentLinkedQueue<>();
    private final Duration takes;
    private final Random random;

    /** @param takes how long it thinks about an answer */
    CountingXai(Duration takes) {
        this(takes, 0);
    }

    /** @param seed of how long: between half and one and a half of it; 0 for exactly that */
    CountingXai(Duration takes, int seed) {
        this.takes = takes;
        this.random = seed == 0 ? null : new Random(seed);
    }

    private long millis() {
        long millis = takes.toMillis();
        return random == null ? millis : millis / 2 + random.nextInt((int) millis);
    }

    /** Calls for a question that was asked before. */
    int twice() {
        return hits() - (int) calls.stream().map(Call::title).distinct().count();
    }

    String url() {
        return server.url();
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    int hits() {
        return calls.size();
    }

    private void answer(HttpExchange http) throws IOException, InterruptedException {
        String body = new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Matcher title = TITLE.matcher(body);
        calls.add(new Call(title.find() ? title.group() : "?", Instant.now()));
        boolean verdict = calls.size() % 2 == 0;
        Thread.sleep(millis()); // the upstream's own time, not a wait for anything
        byte[] reply = ("{\"id\":\"c\",\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\","
                + "\"message\":{\"role\":\"assistant\",\"content\":\"{\\\"reasonable\\\":" + verdict + "}\"}}],"
                + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":2,\"total_tokens\":12}}").getBytes(StandardCharsets.UTF_8);
        http.getResponseHeaders().set("Content-Type", "application/json");
        http.sendResponseHeaders(200, reply.length);
        http.getResponseBody().write(reply);
    }

    @Override
    public void close() {
        server.close();
    }
}
