/**
 * Simulated upstreams, served by the routes below {@code routes/sandbox/} in the sandbox profile only; and the first calls that a
 * gateway is packaged with.
 */
@NullMarked
package dev.tollgate.sandbox;

import org.jspecify.annotations.NullMarked;
