/**
 * Where a policy's state lives. One interface, {@link dev.tollgate.store.StateStore}, with one atomic operation; the
 * states themselves are immutable and the functions on them pure.
 */
@NullMarked
package dev.tollgate.store;

import org.jspecify.annotations.NullMarked;
