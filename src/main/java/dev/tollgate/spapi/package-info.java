/**
 * Amazon's Selling Partner API: whose turn it is, what answers mean. Sellers and their tokens are in
 * {@link dev.tollgate.spapi.sellers}.
 */
@NullMarked
package dev.tollgate.spapi;

import org.jspecify.annotations.NullMarked;
