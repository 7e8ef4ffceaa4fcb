/**
 * OpenTelemetry, off by default: Camel's own tracer makes a span of every request and of each step, and the request id is
 * on all of them, as it is on log lines and rows.
 */
@NullMarked
package dev.tollgate.tracing;

import org.jspecify.annotations.NullMarked;
