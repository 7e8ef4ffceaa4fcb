/**
 * What every call to an upstream has in common, whatever route makes it. No reply passes uninspected: it is decoded, headers
 * that are this gateway's or the browser's business are dropped, and secrets are cut, before a route sees it.
 */
package dev.tollgate.upstream;
