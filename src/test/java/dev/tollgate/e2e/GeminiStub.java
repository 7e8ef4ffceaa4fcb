package dev.tollgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

import com.sun.net.httpserver.HttpExchange;

import dev.tollgate.StubServer;
import dev.tollgate.sandbox.GeminiSimulator;

/**
 * Gemini for tests: answers what the test asks for, over real HTTP, and counts. What it reports as used is what the
 * ledger must show.
 */
final class GeminiStub implements AutoCloseable {

    /** One call as it arrived. */
    record Call(String method, String path, String query, String key, String headers, String body) {

        /** The key, or a bearer token. */
        String credential() {
            return key != null ? key : headers.contains("Authorization=[Bearer ") ? "bearer" : null;
        }
    }

    /** An answer, whole or in pieces; status 0 closes the connection without one. */
    record Reply(int status, String body, String retryAfter, Map<String, String> headers, List<String> pieces) {

        Reply(int status, String body, String retryAfter, Map<String, String> headers) {
            this(status, body, retryAfter, headers, List.of());
        }

        /** Leaves piece by piece; see {@link #closePieceGate()}. With a Content-Length beyond them it breaks off. */
        static Reply of(String type, List<String> pieces) {
            return new Reply(200, "", null, Map.of("Content-Type", type), pieces);
        }

        Reply(int status, String body, String retryAfter) {
            this(status, body, retryAfter, Map.of());
        }

        Reply with(Map<String, String> others) {
            return new Reply(status, body, retryAfter, others, pieces);
        }

        static Reply status(int status, String code) {
            return new Reply(status, error(status, code, ""), null);
        }
    }

    /** What the stub does with a call. */
    interface Script {

        Reply reply(Call call, int number) throws InterruptedException;
    }

    static final String INVOICE = "{\\\"invoice_no\\\":\\\"INV-1\\\",\\\"total\\\":12.5,\\\"products\\\":[]}";

    private final StubServer server;
    private final ConcurrentLinkedQueue<Call> calls = new ConcurrentLinkedQueue<>();
    private final AtomicLong reported = new AtomicLong();
    private volatile Script script = (call, number) -> ok(100, 20);
    private volatile UnaryOperator<byte[]> coding = UnaryOperator.identity();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile CountDownLatch pieceGate = new CountDownLatch(0);
    private volatile CountDownLatch brokenOff = new CountDownLatch(1);
    private final AtomicInteger piecesSent = new AtomicInteger();

    GeminiStub() {
        this(0);
    }

    GeminiStub(int port) {
        server = new StubServer("gemini-stub", port, this::answer);
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

    /** Tokens that the stub has told callers they used, or is just telling: those of an answer that a caller has are in it. */
    long reported() {
        return reported.get();
    }

    void script(Script next) {
        script = next;
    }

    /** From now on whole bodies leave so. */
    void coded(UnaryOperator<byte[]> next) {
        coding = next;
    }

    Script script() {
        return script;
    }

    /** Answers as the sandbox does. */
    void simulate() {
        simulate("ok");
    }

    /** Misbehaves as the sandbox does. */
    void simulate(String fault) {
        GeminiSimulator simulator = new GeminiSimulator();
        script = (call, number) -> {
            try {
                GeminiSimulator.Reply reply = simulator.handle(call.method(), call.path(), call.query(), call.credential(),
                        call.body().getBytes(StandardCharsets.UTF_8), fault);
                return new Reply(reply.status(), reply.pieces().get(0), null, Map.of("Content-Type", reply.type()),
                        reply.pieces().size() == 1 ? List.of() : reply.pieces());
            }
            catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    /** Every reply waits here until the test opens the gate. */
    CountDownLatch closeGate() {
        gate = new CountDownLatch(1);
        return gate;
    }

    /** Every reply in pieces stops after its second one (the SDK reads one ahead) until the test opens the gate. */
    CountDownLatch closePieceGate() {
        pieceGate = new CountDownLatch(1);
        return pieceGate;
    }

    /** Pieces that have left, or are just leaving: one that a caller has read is always counted. */
    int piecesSent() {
        return piecesSent.get();
    }

    /** Down when the gateway broke off a reply in pieces. */
    CountDownLatch brokenOff() {
        return brokenOff;
    }

    void reset() {
        gate.countDown();
        pieceGate.countDown();
        pieceGate = new CountDownLatch(0);
        brokenOff = new CountDownLatch(1);
        piecesSent.set(0);
        gate = new CountDownLatch(0);
        calls.clear();
        reported.set(0);
        coding = UnaryOperator.identity();
        script = (call, number) -> ok(100, 20);
    }

    static Reply ok(long prompt, long output) {
        return new Reply(200, """
                {"candidates":[{"index":0,"finishReason":"STOP","content":{"role":"model","parts":[{"text":"%s"}]}}],
                 "usageMetadata":{"promptTokenCount":%d,"candidatesTokenCount":%d,"totalTokenCount":%d}}"""
                .formatted(INVOICE, prompt, output, prompt + output), null);
    }

    static String error(int status, String code, String details) {
        return """
                {"error":{"code":%d,"message":"The stub says %s","status":"%s"%s}}""".formatted(status, code, code,
                details.isEmpty() ? "" : ",\"details\":[" + details + "]");
    }

    private void answer(HttpExchange http) throws IOException, InterruptedException {
        String body = new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Call call = new Call(http.getRequestMethod(), http.getRequestURI().getRawPath(), http.getRequestURI().getRawQuery(),
                http.getRequestHeaders().getFirst("x-goog-api-key"), http.getRequestHeaders().entrySet().toString(),
                body);
        int number;
        synchronized (calls) {
            calls.add(call);
            number = calls.size();
        }
        Reply reply = script.reply(call, number);
        gate.await();
        if (reply.status() == 0) {
            return; // closing without an answer
        }
        byte[] bytes = coding.apply(reply.body().getBytes(StandardCharsets.UTF_8));
        http.getResponseHeaders().set("Content-Type", "application/json");
        if (reply.retryAfter() != null) {
            http.getResponseHeaders().set("Retry-After", reply.retryAfter());
        }
        reply.headers().forEach(http.getResponseHeaders()::set);
        if (!reply.pieces().isEmpty()) {
            send(http, reply);
            return;
        }
        reported.addAndGet(totalOf(reply.body()));
        boolean without = reply.status() == 204 || bytes.length == 0;
        http.sendResponseHeaders(reply.status(), without ? -1 : bytes.length);
        if (!without) {
            http.getResponseBody().write(bytes);
        }
    }

    private void send(HttpExchange http, Reply reply) throws IOException, InterruptedException {
        reported.addAndGet(totalOf(reply.pieces().get(reply.pieces().size() - 1)));
        http.sendResponseHeaders(reply.status(), Long.parseLong(reply.headers().getOrDefault("Content-Length", "0")));
        try {
            for (String piece : reply.pieces()) {
                int number = piecesSent.incrementAndGet();
                http.getResponseBody().write(piece.getBytes(StandardCharsets.UTF_8));
                http.getResponseBody().flush();
                if (number == 2) {
                    pieceGate.await();
                }
            }
        }
        catch (IOException e) {
            brokenOff.countDown();
            throw e;
        }
    }

    private static long totalOf(String body) {
        int at = body.indexOf("\"totalTokenCount\":");
        return at < 0 ? 0 : digits(body.substring(at + 18).strip().replaceAll("(?s)[^0-9].*", ""));
    }

    private static long digits(String digits) {
        return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : 0;
    }

    @Override
    public void close() {
        gate.countDown();
        server.close();
    }
}
