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
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

import dev.tollgate.StubServer;

/**
 * An upstream on a socket of its own: answers with exactly the bytes that a test says, with pauses, counts requests, and sees
 * whether its connections were closed.
 */
final class RawUpstream implements AutoCloseable {

    /** Answers one request. A connection whose answer returns without {@link Line#cut} takes the next one. */
    interface Answer {

        void send(Line line, String target) throws IOException, InterruptedException;
    }

    private final ServerSocket server;
    private final ExecutorService threads = StubServer.daemons("raw-upstream");
    private final AtomicInteger hits = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private volatile Answer answer = (line, target) -> line.cut();

    RawUpstream() {
        try {
            server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
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
    void reset(Answer next) {
        answer = next;
        hits.set(0);
    }

    int hits() {
        return hits.get();
    }

    /** Connections with an answer that has not ended. */
    int open() {
        return open.get();
    }

    private Void accept() throws IOException {
        while (true) {
            Socket socket = server.accept();
            socket.setTcpNoDelay(true);
            threads.submit(() -> serve(socket));
        }
    }

    private Void serve(Socket socket) throws InterruptedException {
        try (socket; InputStream in = new BufferedInputStream(socket.getInputStream());
                OutputStream out = socket.getOutputStream()) {
            Line line = new Line(socket, in, out);
            for (String request; !line.cut && !(request = Wire.line(in)).isEmpty();) {
                Map<String, String> headers = Wire.headers(in);
                in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
                hits.incrementAndGet();
                open.incrementAndGet();
                try {
                    answer.send(line, request.split(" ")[1]);
                }
                finally {
                    open.decrementAndGet();
                }
            }
        }
        catch (IOException closedByTheGateway) {
            // which is what the tests look for
        }
        return null;
    }

    /** The connection that a request came on. */
    static final class Line {

        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;
        private boolean cut;

        private Line(Socket socket, InputStream in, OutputStream out) {
            this.socket = socket;
            this.in = in;
            this.out = out;
        }

        Line write(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            return this;
        }

        /** The answer ends here; waits until the gateway closes, too. */
        void cut() throws IOException {
            socket.shutdownOutput();
            silence();
        }

        /** Nothing more comes until the gateway closes. */
        void silence() throws IOException {
            cut = true;
            while (in.read() >= 0) {
                // whatever it says
            }
        }

        /** Again and again, until the gateway closes. */
        void forEver(String text, long pauseMillis) throws IOException, InterruptedException {
            while (true) {
                write(text);
                Thread.sleep(pauseMillis);
            }
        }

        /** Byte by byte. */
        void drip(String text, long pauseMillis) throws IOException, InterruptedException {
            for (char one : text.toCharArray()) {
                write(String.valueOf(one));
                Thread.sleep(pauseMillis);
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
