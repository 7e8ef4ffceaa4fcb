package dev.tollgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;

import dev.tollgate.StubServer;

/** The way from one node to the database, which can be cut and mended while the others keep theirs. */
final class DatabaseRelay implements AutoCloseable {

    private final int database;
    private final ServerSocket door;
    private final ExecutorService threads = StubServer.daemons("database-relay");
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    /** @param database the port where the database listens */
    DatabaseRelay(int database) {
        this.database = database;
        try {
            door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.submit(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /** Every connection ends, and new ones end as soon as they begin. */
    void cut() {
        cut = true;
        open.forEach(DatabaseRelay::end);
    }

    void mend() {
        cut = false;
    }

    private Void accept() throws IOException {
        while (true) {
            Socket node = door.accept();
            if (cut) {
                end(node);
            }
            else {
                threads.submit(() -> join(node));
            }
        }
    }

    private Void join(Socket node) throws IOException {
        Socket there = new Socket(InetAddress.getLoopbackAddress(), database);
        open.add(node);
        open.add(there);
        threads.submit(() -> carry(node, there));
        return carry(there, node);
    }

    private Void carry(Socket from, Socket to) throws IOException {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        }
        finally {
            end(from);
            end(to);
            open.remove(from);
            open.remove(to);
        }
        return null;
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        open.forEach(DatabaseRelay::end);
        threads.shutdownNow();
    }
}
