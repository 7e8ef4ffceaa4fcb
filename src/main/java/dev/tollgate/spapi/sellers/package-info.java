/**
 * Sellers stay connected to Amazon: consents, grants, access tokens and the gateway's tokens that stand for them. The pages
 * cited are those of Amazon's Selling Partner API and Login with Amazon (LWA).
 */
@NullMarked
package dev.tollgate.spapi.sellers;

import org.jspecify.annotations.NullMarked;
