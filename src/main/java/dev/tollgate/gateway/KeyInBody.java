package dev.tollgate.gateway;

/** A key that a request presents in its body, where its route alone reads it. The route says so when the key is wrong. */
@FunctionalInterface
public interface KeyInBody {

    /** Exchange property and request attribute of it; absent where nobody counts wrong keys. */
    String PROPERTY = "TollgateKeyInBody";

    void isWrong();
}
