package dev.tollgate.kit;

import java.io.InputStream;
import java.util.function.Consumer;

import org.apache.camel.Exchange;

/** What one call of a {@code budget-action} costs, as its reply says it. Used by one thread at a time. */
public interface CallCost {

    /** How a call came to its end. */
    enum End {

        /** With the last byte of its reply. */
        WHOLE,

        /** Its caller left, and took no more of the reply than had passed. */
        CALLER_LEFT,

        /** The upstream, or the way there, broke its reply off. */
        BROKEN_OFF,

        /** There was no reply. */
        NO_REPLY
    }

    /** What becomes of a reply. */
    enum Passage {

        /** It stays as it is, and what says its cost is looked for in it. */
        UNREAD,

        /** It is read whole, through {@link #read}, and the message's body are its bytes then. */
        WHOLE,

        /** It passes to the caller as it comes and is read on its way; the call lasts until then. */
        PIECES
    }

    /** What becomes of the reply that is there. */
    default Passage passage(Exchange reply) {
        return Passage.UNREAD;
    }

    /** Reads the next bytes of the reply; never throws, because somebody has paid for them. */
    default void read(byte[] buffer, int offset, int length) {
        // what is looked for in the whole reply needs no pieces
    }

    /** Whether a reply in pieces is read on when its caller leaves, because only its end says what it cost. */
    default boolean isReadToItsEnd() {
        return false;
    }

    /** A reply in pieces as the caller sees it. */
    default InputStream shown(InputStream metered) {
        return metered;
    }

    /**
     * The call has ended, and its reply, if there is one, is not in pieces.
     *
     * @param exchange the reply, or in its exception why there is none
     * @param books takes what the call cost, before the caller knows; at most once
     * @throws Exception what the call ends with instead
     */
    void ended(End end, Exchange exchange, Consumer<Cost> books) throws Exception;

    /** The same of a reply that has passed in pieces, or as much of it as did. */
    default void passed(End end, Consumer<Cost> books) {
        throw new UnsupportedOperationException("no reply passes in pieces here");
    }
}
