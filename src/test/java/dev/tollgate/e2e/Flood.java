package dev.tollgate.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Connections that send large bodies, or parts of them and then nothing, and keep them open until they are closed. */
final class Flood implements AutoCloseable {

    private static final byte[] PIECE = new byte[64 * 1024];

    static {
        Arrays.fill(PIECE, (byte) 'a');
    }

    private final int port;
    private final List<Socket> open = new ArrayList<>();
    private final List<Thread> senders = new ArrayList<>();

    Flood(int port) {
        this.port = port;
    }

    /** The first line and the headers of a request. */
    String head(String method, String path, String... headers) {
        return method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n"
                + Stream.of(headers).map(header -> header + "\r\n").reduce("", String::concat) + "\r\n";
    }

    /**
     * Begins a request on a connection of its own, on a thread of its own, as far as the gateway takes it.
     *
     * @param bytes how many of the body are sent before it goes silent
     */
    synchronized void send(String head, long bytes) {
        send(head, PIECE, bytes);
    }

    /** The same with the body made of a piece that is sent again and again. */
    synchronized void send(String head, byte[] piece, long bytes) {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            open.add(socket);
            Thread sender = new Thread(() -> write(socket, head, piece, bytes), "flood");
            sender.setDaemon(true);
            senders.add(sender);
            sender.start();
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Socket socket, String head, byte[] piece, long bytes) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(head.getBytes(StandardCharsets.ISO_8859_1));
            for (long left = bytes; left > 0; left -= piece.length) {
                out.write(piece, 0, (int) Math.min(left, piece.length));
            }
            out.flush();
        }
        catch (IOException refused) {
            // answered and closed: that is what the gateway may do
        }
    }

    /** Waits until each has sent what it wanted to, or was refused. */
    void sent() throws InterruptedException {
        for (Thread sender : List.copyOf(senders)) {
            sender.join(30_000);
        }
    }

    /** The first line of each answer, as they come; empty for a connection that was closed without one. */
    List<String> answers() {
        return List.copyOf(open).stream().map(Flood::firstLine).toList();
    }

    private static String firstLine(Socket socket) {
        StringBuilder line = new StringBuilder();
        try {
            socket.setSoTimeout(60_000);
            InputStream in = socket.getInputStream();
            for (int c = in.read(); c >= 0 && c != '\r'; c = in.read()) {
                line.append((char) c);
            }
        }
        catch (IOException reset) {
            // what came before it stands
        }
        return line.toString();
    }

    @Override
    public synchronized void close() {
        for (Socket socket : open) {
            try {
                socket.close();
            }
            catch (IOException gone) {
                // that is what was wanted
            }
        }
        open.clear();
    }
}
