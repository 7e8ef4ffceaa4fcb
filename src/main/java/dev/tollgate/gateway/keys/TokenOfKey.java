package dev.tollgate.gateway.keys;

import java.util.Optional;

/** Something other than a key that stands for one: a token of short life that was issued for it. */
public interface TokenOfKey {

    /** What every such token begins with. */
    String PREFIX = "tg_at_";

    /** The id of the key that a token was issued for; empty for a text that is none, or none any more. */
    Optional<String> keyId(String token);

    /** Whether a token was issued here, and has ended: whoever comes with it guesses no keys. */
    boolean hasEnded(String token);
}
