/** Simulated upstreams, served by the routes below {@code routes/sandbox/} in the sandbox profile only. */
package dev.tollgate.sandbox;
