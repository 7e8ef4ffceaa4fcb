package dev.tollgate.e2e;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import dev.tollgate.keepa.Envelope;
import dev.tollgate.keepa.EnvelopeReader;

/** One request on a connection of its own, byte for byte as given; an HTTP client would tidy it up. */
final class Wire implements AutoCloseable {

    /** An answer as it came; names of headers in small letters. */
    record Reply(int status, Map<String, String> headers, byte[] body) {

        String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }

        Envelope envelope() {
            return EnvelopeReader.read(body).orElseThrow(() -> new AssertionError("No envelope: "
                    + new String(body, StandardCharsets.UTF_8)));
        }
    }

    private final Socket socket;

    private Wire(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
    }

    static Reply get(int port, String target, String... headers) {
        return send(port, "GET", target, null, headers);
    }

    static Reply send(int port, String method, String target, byte[] body, String... headers) {
        try (Wire wire = open(port, method, target, body, headers)) {
            return wire.reply();
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends without waiting for the answer. */
    static Wire open(int port, String method, String target, byte[] body, String... headers) throws IOException {
        Wire wire = new Wire(port);
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost:" + port + "\r\nConnection: close\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        if (body != null) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(body == null ? new byte[0] : body);
        wire.socket.getOutputStream().write(all.toByteArray());
        return wire;
    }

    Reply reply() throws IOException {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        String status = line(in);
        if (status.isEmpty()) {
            throw new IOException("The connection was closed without an answer");
        }
        Map<String, String> headers = headers(in);
        byte[] body = in.readAllBytes();
        return new Reply(Integer.parseInt(status.split(" ")[1]), headers, body);
    }

    /** Names in small letters; reads the empty line behind them, too. */
    static Map<String, String> headers(InputStream in) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        for (String header; !(header = line(in)).isEmpty();) {
            int colon = header.indexOf(':');
            headers.put(header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
        }
        return headers;
    }

    /** A line without its end; empty at the end of the stream. */
    static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c; (c = in.read()) >= 0 && c != '\n';) {
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
