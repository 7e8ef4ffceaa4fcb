package dev.tollgate.e2e;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;

import dev.tollgate.StubServer;
import dev.tollgate.keepa.Gzip;
import dev.tollgate.sandbox.KeepaSimulator;
import dev.tollgate.sandbox.SimulatedReply;

/** Keepa on a socket of its own: sees every byte of a request as it came, counts, and answers what the test asks for. */
final class KeepaStub implements AutoCloseable {

    /** A request as it arrived; names of headers in small letters. */
    record Call(String method, String target, Map<String, String> headers, byte[] body) {

        String path() {
            return target.contains("?") ? target.substring(0, target.indexOf('?')) : target;
        }

        String query() {
            return target.contains("?") ? target.substring(target.indexOf('?') + 1) : null;
        }

        boolean gzip() {
            return Gzip.wanted(headers.get("accept-encoding"));
        }
    }

    /** Answers a call; null closes the connection without an answer. */
    interface Script {

        SimulatedReply reply(Call call) throws Exception;
    }

    private final ServerSocket server;
    private final ExecutorService threads = StubServer.daemons("keepa-stub");
    private final ConcurrentLinkedQueue<Call> calls = new ConcurrentLinkedQueue<>();
    private volatile Script script = call -> new SimulatedReply(500, Map.of(), new byte[0]);

    KeepaStub() {
        this(0);
    }

    KeepaStub(int port) {
        try {
            server = new ServerSocket(port, 1000, InetAddress.getLoopbackAddress());
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.submit(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** Calls other than the gateway's own questions for the balance. */
    List<Call> calls() {
        return calls.stream().filter(call -> !call.path().endsWith("/token")).toList();
    }

    /** The gateway's own questions for the balance. */
    long tokenCalls() {
        return calls.stream().filter(call -> call.path().endsWith("/token")).count();
    }

    void reset(Script next) {
        script = next;
        calls.clear();
    }

    /** Answers as this Keepa does. */
    void reset(KeepaSimulator keepa) {
        reset(of(keepa));
    }

    static Script of(KeepaSimulator keepa) {
        return call -> keepa.reply(call.method(), call.path(), call.query(), call.body(), call.gzip());
    }

    private Void accept() throws IOException {
        while (true) {
            Socket socket = server.accept();
            socket.setTcpNoDelay(true);
            threads.submit(() -> serve(socket));
        }
    }

    private Void serve(Socket socket) throws Exception {
        try (socket; InputStream in = new BufferedInputStream(socket.getInputStream());
                OutputStream out = socket.getOutputStream()) {
            for (String line; !(line = Wire.line(in)).isEmpty();) {
                Call call = read(line, in);
                calls.add(call);
                SimulatedReply reply = script.reply(call);
                if (reply == null) {
                    return null;
                }
                StringBuilder head = new StringBuilder("HTTP/1.1 " + reply.status() + " As-Scripted\r\n");
                reply.headers().forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
                head.append("Content-Length: ").append(reply.body().length).append("\r\n\r\n");
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                all.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
                all.writeBytes(reply.body());
                out.write(all.toByteArray());
            }
        }
        return null;
    }

    private static Call read(String line, InputStream in) throws IOException {
        Map<String, String> headers = Wire.headers(in);
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        String[] parts = line.split(" ");
        return new Call(parts[0], parts[1], headers, body);
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
