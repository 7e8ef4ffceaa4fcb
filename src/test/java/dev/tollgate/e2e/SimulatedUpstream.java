package dev.tollgate.e2e;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.Headers;

import dev.tollgate.StubServer;
import dev.tollgate.e2e.ApiStub.Call;
import dev.tollgate.e2e.ApiStub.Reply;

/** An {@link ApiStub} that lives in the time of a test: the JDK's server puts the time of day on every answer. */
final class SimulatedUpstream implements AutoCloseable {

    private final ServerSocket server;
    private final ExecutorService threads = StubServer.daemons("simulated-upstream");
    private final AtomicInteger calls = new AtomicInteger();
    private volatile ApiStub.Script script = (call, number) -> Reply.ok("{}");

    SimulatedUpstream() {
        try {
            server = new ServerSocket(0, 2000, InetAddress.getLoopbackAddress());
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.submit(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** From now on it answers so, and has heard nothing. */
    void reset(ApiStub.Script next) {
        script = next;
        calls.set(0);
    }

    /** How many calls reached it. */
    int calls() {
        return calls.get();
    }

    private Void accept() throws IOException {
        while (true) {
            Socket socket = server.accept();
            threads.submit(() -> serve(socket));
        }
    }

    private Void serve(Socket socket) throws Exception {
        try (socket; InputStream in = new BufferedInputStream(socket.getInputStream()); OutputStream out = socket.getOutputStream()) {
            String[] request = Wire.line(in).split(" ");
            Headers headers = new Headers();
            Wire.headers(in).forEach(headers::set);
            int length = Integer.parseInt(headers.getOrDefault("Content-length", List.of("0")).get(0));
            String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
            Reply reply = script.reply(new Call(request[0], request[1], headers, body), calls.incrementAndGet());
            byte[] answer = reply.body().getBytes(StandardCharsets.UTF_8);
            StringBuilder head = new StringBuilder("HTTP/1.1 " + reply.status() + " .\r\nContent-Type: application/json\r\n"
                    + "Connection: close\r\nContent-Length: " + answer.length + "\r\n");
            reply.headers().forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
            out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
            out.write(answer);
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
