package dev.tollgate.e2e;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;

import dev.tollgate.StubServer;
import dev.tollgate.sandbox.SpApiSimulator;
import dev.tollgate.sandbox.SpApiSimulator.Reply;

/** Amazon for tests: the sandbox's simulator over real HTTP. Keeps every call, and answers otherwise when told. */
final class AmazonServer {

    /** Registered for the application; whoever comes back to it comes back to the gateway under test. */
    static final String CALLBACK = "https://gateway.example/callback";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** One call as it arrived; header names are of any case. */
    record Call(String method, String path, String query, Map<String, String> headers, String body) {

        boolean isToken() {
            return path.equals("/auth/o2/token");
        }
    }

    /** An access token: whose, and until when. */
    private record Issued(String seller, Instant until) {
    }

    /** Answers in the simulator's place, or null to let it. */
    interface Script {

        Reply reply(Call call, int number) throws InterruptedException;
    }

    private final StubServer server;
    private final SpApiSimulator simulator;
    private final ConcurrentLinkedQueue<Call> calls = new ConcurrentLinkedQueue<>();
    private final Map<String, Issued> issued = new ConcurrentHashMap<>();
    private final Clock clock;
    private volatile Script script = (call, number) -> null;

    AmazonServer(Clock clock) {
        this.clock = clock;
        simulator = new SpApiSimulator(clock, CALLBACK);
        server = new StubServer("amazon", this::answer);
    }

    String url() {
        return server.url();
    }

    SpApiSimulator simulator() {
        return simulator;
    }

    void script(Script next) {
        script = next;
    }

    void reset() {
        calls.clear();
        script = (call, number) -> null;
    }

    void control(String what, String value) {
        simulator.reply("POST", "/control", Map.of(what, value), Map.of(), "");
    }

    /** Calls of the Selling Partner API. */
    List<Call> calls() {
        return calls.stream().filter(call -> !call.isToken()).toList();
    }

    /** Calls of the token endpoint. */
    List<Call> tokenCalls() {
        return calls.stream().filter(Call::isToken).toList();
    }

    /** Whether an access token was given out here and has not ended. */
    boolean serves(String token) {
        return servedAt(clock.instant(), token);
    }

    /** Whether it had not ended at that time: when the call began that brought it. */
    boolean servedAt(Instant time, String token) {
        return issued.containsKey(token) && time.isBefore(issued.get(token).until());
    }

    /** Whose access token it is; null for one that was not given out here. */
    String ownerOf(String token) {
        return issued.containsKey(token) ? issued.get(token).seller() : null;
    }

    /** What a person's browser is sent back with after a click on the consent page that it was sent to. */
    String decide(String consentPage, String decision, String seller) {
        Map<String, String> query = query(consentPage.substring(consentPage.indexOf('?') + 1));
        Reply page = simulator.reply("GET", "/apps/authorize/consent", query, Map.of(), "");
        if (page.status() != 200) {
            throw new AssertionError("The consent page says " + page.body());
        }
        return simulator.reply("POST", "/apps/authorize/consent/decision", Map.of(), Map.of(),
                encode(Map.of("decision", decision, "seller", seller, "state", query.get("state"),
                        "redirect_uri", query.getOrDefault("redirect_uri", "")))).headers().get("Location");
    }

    private void answer(HttpExchange http) throws IOException, InterruptedException {
        String body = new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        http.getRequestHeaders().forEach((name, values) -> headers.put(name, String.join(", ", values)));
        String rawQuery = http.getRequestURI().getRawQuery();
        Call call = new Call(http.getRequestMethod(), http.getRequestURI().getRawPath(), rawQuery, headers, body);
        int number;
        synchronized (calls) {
            calls.add(call);
            number = (int) calls.stream().filter(one -> one.isToken() == call.isToken()).count();
        }
        Reply scripted = script.reply(call, number);
        Reply reply = scripted != null ? scripted : simulator.reply(call.method(), call.path(),
                query(rawQuery == null ? "" : rawQuery), headers, body);
        if (call.isToken() && reply.status() == 200) {
            issue(JSON.readTree(reply.body()));
        }
        byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
        reply.headers().forEach(http.getResponseHeaders()::set);
        http.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
        http.getResponseBody().write(bytes);
    }

    /** The simulator's refresh tokens name their seller. */
    private void issue(JsonNode reply) {
        issued.put(reply.path("access_token").asText(), new Issued(reply.has("refresh_token") ? reply.path("refresh_token").asText().split("\\.")[1] : "the application",
                clock.instant().plusSeconds(reply.path("expires_in").asLong())));
    }

    static Map<String, String> query(String text) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : text.split("&")) {
            String[] parts = pair.split("=", 2);
            query.put(parts[0], parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    static String encode(Map<String, String> form) {
        return form.entrySet().stream().map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
