package dev.tollgate.store;

import java.io.IOException;

/**
 * How a state is written down. What {@link #encode} writes {@link #decode} must read back equal, also in the next
 * release.
 *
 * @param <S> the kind of state
 */
public interface StateCodec<S> {

    /** The state as bytes, small enough to be written as a whole. */
    byte[] encode(S state);

    /**
     * The state that was written.
     *
     * @throws IOException when the bytes are no such state
     */
    S decode(byte[] bytes) throws IOException;
}
