/** Simulated upstreams, served by the routes below {@code routes/sandbox/} in the sandbox profile only. */
@NullMarked
package dev.tollgate.sandbox;

import org.jspecify.annotations.NullMarked;
