package dev.tollgate.upstream;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.UnaryOperator;

import org.apache.camel.Message;

import dev.tollgate.gateway.ReplyTooLongException;
import dev.tollgate.gateway.WatchedStream;

/**
 * An upstream's answer as it arrives: within its {@link Deadline}, and no longer than is held in memory. Closed before its
 * end it closes the connection; HttpClient would read an endless answer to its end before it lets go of it.
 */
public final class ReplyStream extends WatchedStream {

    /** Every 16 KB. */
    private static final int GIVE_WAY = 14;

    private final Deadline deadline;
    private final ReplyRoom room;
    private final long declared;
    private final long most;
    private boolean pieces;
    private long count;
    private boolean ended;
    private boolean closed;

    /**
     * @param declared how many bytes it will be when it is read here; negative if nobody knows
     * @param most     how long it may be, in bytes
     * @param room     what it takes in memory, unless it passes on piece by piece
     * @param pieces   whether it passes on piece by piece, so that its length matters to nobody
     */
    ReplyStream(InputStream in, long declared, Deadline deadline, ReplyRoom room, long most, boolean pieces) {
        super(in);
        this.declared = declared;
        this.deadline = deadline;
        this.room = room;
        this.most = most;
        this.pieces = pieces;
    }

    /**
     * The whole body of an answer, within the limits of one that is held whole even if its endpoint passes streams on.
     *
     * @return empty for an answer without a body
     * @throws IOException as an endpoint throws it that holds answers whole: when it broke off, took too long or was too long
     */
    public static byte[] whole(Message answer) throws IOException {
        return whole(answer, UnaryOperator.identity());
    }

    /**
     * The same, looked at while it comes: what was seen of an answer stays seen when it breaks off.
     *
     * @param watched what looks at the stream that it is given
     */
    public static byte[] whole(Message answer, UnaryOperator<InputStream> watched) throws IOException {
        if (answer.getBody() instanceof ReplyStream stream) {
            stream.pieces = false;
            stream.deadline.whole();
            try (InputStream in = watched.apply(stream)) {
                return all(in, stream.declared);
            }
        }
        byte[] body = answer.getBody(byte[].class);
        try (InputStream in = watched.apply(new ByteArrayInputStream(body == null ? new byte[0] : body))) {
            return in.readAllBytes();
        }
    }

    /** Most answers are short and say how short: a buffer of that length then, instead of the 16 KB of readAllBytes. */
    private static byte[] all(InputStream in, long declared) throws IOException {
        if (declared < 0 || declared >= 1 << GIVE_WAY) {
            return in.readAllBytes();
        }
        byte[] told = in.readNBytes((int) declared + 1); // and its end, which whoever watches waits for
        if (told.length <= declared) {
            return told;
        }
        byte[] rest = in.readAllBytes();
        byte[] all = Arrays.copyOf(told, told.length + rest.length);
        System.arraycopy(rest, 0, all, told.length, rest.length);
        return all;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        try {
            return counted(buffer, offset, length);
        } catch (IOException | RuntimeException failure) {
            room.leave();
            throw failure;
        }
    }

    /** Nothing else makes a virtual thread give way whose upstream always has more to read: then nobody's health is answered. */
    private void giveWay(long before) {
        if (before >> GIVE_WAY != count >> GIVE_WAY) {
            Thread.yield();
        }
    }

    private int counted(byte[] buffer, int offset, int length) throws IOException {
        checkLength(deadline.length());
        int read = next(buffer, offset, length);
        long before = count;
        count += Math.max(0, read);
        checkLength(count);
        giveWay(before);
        if (read > 0 && !pieces && !room.take(read, deadline)) {
            throw deadline.tooLate();
        }
        if (read < 0 || count == declared) {
            ended = true;
            deadline.end();
            room.leave();
        }
        return read;
    }

    private int next(byte[] buffer, int offset, int length) throws IOException {
        try {
            deadline.waiting();
            int read = in.read(buffer, offset, length);
            deadline.arrived();
            if (!deadline.isLate()) {
                return read;
            }
        } catch (IOException failure) {
            throw deadline.named(failure);
        } catch (RuntimeException failure) {
            if (!deadline.isLate()) {
                throw failure;
            }
            throw deadline.tooLate();
        }
        throw deadline.tooLate();
    }

    private void checkLength(long length) throws ReplyTooLongException {
        if (!pieces && length > most) {
            throw new ReplyTooLongException(most);
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (ended) {
            super.close();
        } else {
            room.leave();
            deadline.breakOff();
        }
    }
}
