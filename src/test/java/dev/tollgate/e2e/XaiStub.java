package dev.tollgate.e2e;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;

import dev.tollgate.StubServer;
import dev.tollgate.sandbox.XaiSimulator;

/** The simulator of xAI behind real HTTP, counted, with gates that a test opens. */
final class XaiStub implements AutoCloseable {

    /** One call as it arrived; headers as one text. */
    record Call(String method, String path, String query, String authorization, String headers, byte[] body) {
    }

    /** Answers one call in place of the simulator. */
    interface Answer {

        void to(Call call, HttpExchange http) throws IOException, InterruptedException;
    }

    private final StubServer server;
    private final ConcurrentLinkedQueue<Call> calls = new ConcurrentLinkedQueue<>();
    private volatile XaiSimulator simulator;
    private volatile byte[] lastReply;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile CountDownLatch eventGate = new CountDownLatch(0);
    private final AtomicInteger eventsSent = new AtomicInteger();
    private volatile Answer instead;

    XaiStub() {
        reset();
        server = new StubServer("xai-stub", this::answer);
    }

    /** Nobody listens while the work is done. */
    void unreachable(Runnable work) {
        server.unreachable(work);
    }

    String url() {
        return server.url();
    }

    /** For faults. */
    XaiSimulator simulator() {
        return simulator;
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    int hits() {
        return calls.size();
    }

    /** The bytes of the last whole reply. */
    byte[] lastReply() {
        return lastReply;
    }

    /** From now on, until the reset, calls are counted and answered so. */
    void answer(StubServer.Handler handler) {
        answerCalls((call, http) -> handler.answer(http));
    }

    /** The same, by what is asked. */
    void answerCalls(Answer answer) {
        instead = answer;
    }

    /** From now on, until the reset, the answer is this one. */
    void answer(int status, String type, byte[] body, String... headers) {
        answer(http -> {
            http.getResponseHeaders().set("Content-Type", type);
            for (int i = 0; i < headers.length; i += 2) {
                http.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            http.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            http.getResponseBody().write(body);
        });
    }

    /** Every reply waits here until the test opens the gate. */
    CountDownLatch closeGate() {
        gate = new CountDownLatch(1);
        return gate;
    }

    /** Every stream stops after its first event until the test opens the gate. */
    CountDownLatch closeEventGate() {
        eventGate = new CountDownLatch(1);
        return eventGate;
    }

    /** Server-sent events that have been written, or are just being so: one that a caller has read is always counted. */
    int eventsSent() {
        return eventsSent.get();
    }

    void reset() {
        gate.countDown();
        eventGate.countDown();
        gate = new CountDownLatch(0);
        eventGate = new CountDownLatch(0);
        calls.clear();
        instead = null;
        eventsSent.set(0);
        simulator = new XaiSimulator(Clock.systemUTC());
    }

    private void answer(HttpExchange http) throws IOException, InterruptedException {
        Call call = new Call(http.getRequestMethod(), http.getRequestURI().getRawPath(), http.getRequestURI().getRawQuery(),
                http.getRequestHeaders().getFirst("Authorization"), http.getRequestHeaders().entrySet().toString(),
                http.getRequestBody().readAllBytes());
        calls.add(call);
        gate.await();
        if (instead != null) {
            instead.to(call, http);
            return;
        }
        XaiSimulator.Reply reply = simulator.handle(call.method(), call.path(), call.authorization(), call.body());
        reply.headers().forEach(http.getResponseHeaders()::set);
        http.getResponseHeaders().set("Set-Cookie", "of=xai");
        http.getResponseHeaders().set("X-RateLimit-Limit-Requests", "480");
        if (reply.chunks().size() == 1) {
            lastReply = reply.body().getBytes();
            http.sendResponseHeaders(reply.status(), lastReply.length);
            http.getResponseBody().write(lastReply);
        }
        else {
            stream(http, reply);
        }
    }

    private void stream(HttpExchange http, XaiSimulator.Reply reply) throws IOException, InterruptedException {
        http.sendResponseHeaders(reply.status(), 0);
        for (String event : reply.chunks()) {
            eventsSent.incrementAndGet();
            http.getResponseBody().write(event.getBytes());
            http.getResponseBody().flush();
            eventGate.await();
        }
    }

    @Override
    public void close() {
        gate.countDown();
        server.close();
    }
}
