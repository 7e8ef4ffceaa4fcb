package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;

import dev.tollgate.StubServer;

/** An API that the gateway has never heard of: keeps every call that reached it, and answers as a test says. */
final class ApiStub implements AutoCloseable {

    record Call(String method, String path, Headers headers, String body) {

        String header(String name) {
            return headers.getFirst(name);
        }
    }

    /** Status 0 closes the connection without an answer. */
    record Reply(int status, String body, Map<String, String> headers) {

        static Reply ok(String body) {
            return new Reply(200, body, Map.of());
        }

        static Reply status(int status) {
            return new Reply(status, "{\"status\":" + status + "}", Map.of());
        }
    }

    interface Script {

        Reply reply(Call call, int number) throws InterruptedException;
    }

    private final StubServer server;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private volatile Script script = (call, number) -> Reply.ok("{}");

    ApiStub() {
        server = new StubServer("api-stub", this::answer);
    }

    String url() {
        return server.url();
    }

    /** From now on it answers so, and has heard nothing. */
    void reset(Script next) {
        script = next;
        calls.clear();
    }

    List<Call> calls() {
        return calls;
    }

    private void answer(HttpExchange exchange) throws IOException, InterruptedException {
        Call call = new Call(exchange.getRequestMethod(), exchange.getRequestURI().toString(), exchange.getRequestHeaders(),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        int number;
        synchronized (calls) {
            calls.add(call);
            number = calls.size();
        }
        Reply reply = script.reply(call, number);
        if (reply.status() == 0) {
            return;
        }
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.close();
    }
}
