/**
 * What every call to an upstream has in common, whatever route makes it. An exchange has a time limit as a whole, an answer a
 * bound in bytes, and an answer that is cut short is a failure wherever it was cut. No reply passes uninspected: it is decoded,
 * headers that are this gateway's or the browser's business are dropped, and secrets are cut, before a route sees it.
 */
package dev.tollgate.upstream;
