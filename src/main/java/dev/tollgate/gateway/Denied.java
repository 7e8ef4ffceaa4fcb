package dev.tollgate.gateway;

/** Marks what a policy throws inside its own routes to say no, where that is not a {@link Refusal} itself. */
public interface Denied {
}
