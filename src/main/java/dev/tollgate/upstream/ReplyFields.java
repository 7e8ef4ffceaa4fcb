package dev.tollgate.upstream;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.function.BiConsumer;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Picks fields out of a reply on its way, whatever its form: server-sent events by the rules of the WHATWG, one JSON value,
 * a list, lines of JSON, or JSON behind events. The form is seen, not believed from a header. The reply comes in pieces that
 * may end anywhere, and of it is held only what is picked.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream">Event streams</a>
 */
public final class ReplyFields {

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final byte[] DATA = "data".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LINE_END = {'\n'};

    private enum Place {
        /** Before the first byte of a line that says which kind of line it is. */
        START,
        /** In what may be the name of a field. */
        NAME,
        /** Behind the colon of a data line. */
        COLON,
        /** In the value of a data line. */
        VALUE,
        /** In a line that means nothing here: another field, a comment. */
        OTHER,
        /** In JSON that stands outside of events. */
        JSON
    }

    private final JsonFields json;
    private Place place = Place.START;
    private final byte[] name = new byte[DATA.length];
    private int nameLength;
    private int mark;
    private boolean afterReturn;
    private boolean inEvent;
    private boolean begun;

    /**
     * @param wanted paths in the JSON of an event or of the whole, such as {@code /response/usage}; each element of a list
     *               has the path of the list
     * @param taker  is given the path and the value of each as soon as it is whole; of values that are longer than any count
     *               or code a part or nothing
     */
    public ReplyFields(Set<String> wanted, BiConsumer<String, JsonNode> taker) {
        this.json = new JsonFields(Set.copyOf(wanted), taker);
    }

    /** Reads the next piece of the reply. */
    public void read(byte[] buffer, int offset, int length) {
        int end = offset + length;
        for (int at = offset; at < end; at++) {
            if (mark >= 0 && isByteOrderMark(buffer[at])) {
                continue;
            }
            if (place == Place.VALUE || place == Place.OTHER || place == Place.JSON) {
                int stop = lineEnd(buffer, at, end);
                if (place != Place.OTHER && stop > at) {
                    json.read(buffer, at, stop - at);
                    afterReturn = false;
                }
                if (stop == end) {
                    return;
                }
                at = stop;
            }
            one(buffer[at]);
        }
    }

    /** Whether every JSON value that was begun could be read to its end; what was none from its first bracket on is none. */
    public boolean isLegible() {
        return json.isLegible();
    }

    /** Whether a JSON object or list has begun outside of events, or an event has come. */
    public boolean hasBegun() {
        return begun;
    }

    /** Whether a byte order mark goes on; what looks like one and is none means nothing in any form. */
    private boolean isByteOrderMark(byte b) {
        if (mark < BYTE_ORDER_MARK.length && b == BYTE_ORDER_MARK[mark]) {
            mark++;
            return true;
        }
        mark = -1;
        return false;
    }

    private static int lineEnd(byte[] buffer, int from, int end) {
        int at = from;
        while (at < end && buffer[at] != '\n' && buffer[at] != '\r') {
            at++;
        }
        return at;
    }

    private void one(byte b) {
        if (b == '\n' && afterReturn) {
            afterReturn = false;
        } else if (b == '\n' || b == '\r') {
            afterReturn = b == '\r';
            endLine();
        } else {
            afterReturn = false;
            inLine(b);
        }
    }

    private void inLine(byte b) {
        switch (place) {
            case START, NAME -> name(b);
            case COLON -> {
                place = Place.VALUE;
                if (b != ' ') {
                    json.read(new byte[] {b}, 0, 1);
                }
            }
            default -> throw new IllegalStateException("the inside of a line is read at once");
        }
    }

    private void name(byte b) {
        if (b == ':') {
            boolean data = nameLength == DATA.length && Arrays.equals(name, DATA);
            place = data ? Place.COLON : Place.OTHER;
            inEvent |= data;
            begun |= data;
        } else if (nameLength == 0 && !inEvent && (b == '{' || b == '[')) {
            place = Place.JSON;
            begun = true;
            json.next();
            json.read(new byte[] {b}, 0, 1);
        } else if (nameLength > 0 || b != ' ' && b != '\t') {
            place = nameLength == DATA.length ? Place.OTHER : Place.NAME;
            if (place == Place.NAME) {
                name[nameLength++] = b;
            }
        }
    }

    private void endLine() {
        boolean empty = place == Place.START;
        if (place == Place.VALUE || place == Place.JSON) {
            json.read(LINE_END, 0, 1);
        }
        if (place != Place.JSON || json.isBetweenValues()) {
            place = Place.START;
        }
        nameLength = 0;
        if (empty) {
            inEvent = false;
            json.next();
        }
    }
}
