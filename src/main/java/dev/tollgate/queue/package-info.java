/**
 * Calls that wait for tokens of a bucket: first come, first served inside a class, interactive calls before background.
 *
 * <p>{@link dev.tollgate.queue.AdmissionQueue} asks the pure functions of {@link dev.tollgate.budget} and holds the order;
 * {@link dev.tollgate.queue.CostEstimator} learns what calls of one shape cost. Nothing here knows an API.
 */
@NullMarked
package dev.tollgate.queue;

import org.jspecify.annotations.NullMarked;
