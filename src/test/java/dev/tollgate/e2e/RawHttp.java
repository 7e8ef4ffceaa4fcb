package dev.tollgate.e2e;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Bytes to a port and what comes back, for requests that no HTTP client would send. */
final class RawHttp {

    private final int port;

    RawHttp(int port) {
        this.port = port;
    }

    /** What came back: the status, 0 for a connection that was closed without an answer, and all of the text. */
    record Reply(int status, String text) {

        static Reply of(String text) {
            return new Reply(text.startsWith("HTTP/1.1 ") ? Integer.parseInt(text.substring(9, 12)) : 0, text);
        }
    }

    /** Writes on a connection as long as it lasts. */
    interface Sender {

        void send(OutputStream out) throws IOException, InterruptedException;
    }

    Reply send(String request) {
        return send(out -> out.write(request.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** Reads until the gateway has answered or closes; two minutes at most. */
    Reply send(Sender sender) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            Thread reader = new Thread(() -> read(socket, answer), "raw-reader");
            reader.start();
            try {
                sender.send(socket.getOutputStream());
                socket.getOutputStream().flush();
            }
            catch (IOException closed) {
                // the gateway may have answered and closed before all was sent
            }
            reader.join(120_000);
            return Reply.of(text(answer));
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void read(Socket socket, ByteArrayOutputStream answer) {
        try (InputStream in = new BufferedInputStream(socket.getInputStream())) {
            byte[] buffer = new byte[8192];
            for (int n; (n = in.read(buffer)) >= 0;) {
                synchronized (answer) {
                    answer.write(buffer, 0, n);
                }
                if (whole(text(answer))) {
                    return;
                }
            }
        }
        catch (IOException reset) {
            // what came before it stands
        }
    }

    private static boolean whole(String text) {
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        String headers = text.substring(0, end + 2).toLowerCase();
        int at = headers.indexOf("content-length: ");
        if (at > 0) {
            return text.length() >= end + 4 + Integer.parseInt(headers.substring(at + 16, headers.indexOf("\r\n", at)));
        }
        return headers.contains("transfer-encoding: chunked") && text.endsWith("\r\n0\r\n\r\n");
    }

    private static String text(ByteArrayOutputStream answer) {
        synchronized (answer) {
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }
}
