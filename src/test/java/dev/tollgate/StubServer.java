package dev.tollgate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** An HTTP server for tests, on the loopback address: a thread and a connection for each call. */
public final class StubServer implements AutoCloseable {

    /** Answers one call. One that it leaves without an answer finds its connection closed. */
    public interface Handler {

        void answer(HttpExchange http) throws IOException, InterruptedException;
    }

    private final Handler handler;
    private final ExecutorService threads;
    private HttpServer server;

    public StubServer(String name, Handler handler) {
        this(name, FreePort.find(), handler);
    }

    /** @param port 0: any that is free */
    public StubServer(String name, int port, Handler handler) {
        this.handler = handler;
        threads = daemons(name);
        listen(port);
    }

    /** As many threads as are needed, which do not keep the tests from ending. */
    public static ExecutorService daemons(String name) {
        return Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    private void listen(int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2000);
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange http) throws IOException {
        try (http) {
            // The JDK's server closes idle connections beyond 200 at any moment, which a client cannot tell from a failed call.
            http.getResponseHeaders().set("Connection", "close");
            handler.answer(http);
        }
        catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Nobody listens while the work is done. */
    public void unreachable(Runnable work) {
        int port = server.getAddress().getPort();
        server.stop(0);
        try {
            work.run();
        }
        finally {
            listen(port);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
