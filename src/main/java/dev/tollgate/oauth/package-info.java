/**
 * Sellers stay connected: consent, grants, access tokens and the cipher around them. Nothing here knows a route; the pages
 * cited are those of Amazon's Selling Partner API and Login with Amazon (LWA).
 */
package dev.tollgate.oauth;
