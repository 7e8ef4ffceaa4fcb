/**
 * What every API's calls are measured by, whatever their policy: how they were answered, what a rule refused, what the
 * upstream answered, how long policies held them back, and what the gateway itself added. Steps are known by what they are (an
 * HTTP call, a delay, a throttle) or by the ends of their ids: {@code -http} reaches an upstream, {@code -wait},
 * {@code -in-line} and {@code -pace} hold a caller back on purpose, {@code -deny} says no. What is special to one policy is
 * measured beside that policy.
 */
@NullMarked
package dev.tollgate.metrics;

import org.jspecify.annotations.NullMarked;
