package dev.tollgate.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tollgate.gateway.WatchedStream;
import dev.tollgate.logging.Pieces;

/**
 * A stream of server-sent events without the one that {@link UsageOption} brought: it has a usage and no choice. All others
 * pass as they come, byte for byte, each when it is whole.
 */
public final class WithoutUsageChunk extends WatchedStream {

    /** Bytes of an event that are held until it is known what it is; a usage is shorter. */
    private static final int LONGEST = 16 << 10;
    private static final Set<String> FIELDS = Set.of("/usage", "/choices");

    private byte[] piece = Pieces.first();
    private final ByteArrayOutputStream event = new ByteArrayOutputStream(1024);
    private byte[] ready = new byte[0];
    private int at;
    private final ByteArrayOutputStream passing = new ByteArrayOutputStream(1024);
    private boolean held = true;
    private boolean lineIsEmpty = true;
    private boolean afterReturn;
    private boolean dropped;
    /** Whether an event has just ended; its line end may have a second byte. */
    private boolean between;

    /** @param events which it closes */
    public WithoutUsageChunk(InputStream events) {
        super(events);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        while (length > 0 && at == ready.length) {
            int read = in.read(piece, 0, piece.length);
            for (int next = 0; next < read; next++) {
                take(piece[next]);
            }
            piece = Pieces.after(piece, read);
            if (read < 0 && event.size() == 0) {
                return -1;
            }
            if (read < 0) {
                pass();
            }
            ready = passing.toByteArray();
            passing.reset();
            at = 0;
        }
        int read = Math.min(length, ready.length - at);
        System.arraycopy(ready, at, buffer, offset, read);
        at += read;
        return read;
    }

    private void take(byte b) {
        boolean endOfReturn = b == '\n' && afterReturn;
        afterReturn = b == '\r';
        if (endOfReturn && between) {
            if (!dropped) {
                passing.write(b);
            }
            return;
        }
        between = false;
        (held ? event : passing).write(b);
        if (b != '\n' && b != '\r') {
            lineIsEmpty = false;
        } else if (!endOfReturn) {
            endLine();
        }
        if (event.size() > LONGEST) {
            held = false;
            pass();
        }
    }

    /** An empty line ends an event. */
    private void endLine() {
        if (lineIsEmpty) {
            dropped = held && isUsageChunk();
            if (dropped) {
                event.reset();
            }
            pass();
            held = true;
            between = true;
        }
        lineIsEmpty = true;
    }

    private void pass() {
        passing.writeBytes(event.toByteArray());
        event.reset();
    }

    /** Almost no event has a usage, and most tell without being parsed, which would cost more than all else that is done for them. */
    private boolean isUsageChunk() {
        byte[] bytes = event.toByteArray();
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!text.contains("usage") && !text.contains("\\u")) { // a name can be written by its code points, too
            return false;
        }
        Map<String, JsonNode> found = new HashMap<>();
        new ReplyFields(FIELDS, found::put).read(bytes, 0, bytes.length);
        JsonNode choices = found.get("/choices");
        return found.containsKey("/usage") && found.get("/usage").isObject() && choices != null && choices.isArray()
                && choices.isEmpty();
    }

    @Override
    public int available() {
        return ready.length - at;
    }
}
