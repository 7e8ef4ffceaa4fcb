/**
 * Simulated upstreams: the true rules of the real ones as plain objects, with the clock passed in. The sandbox puts them
 * behind routes; tests call them directly.
 */
package dev.tollgate.sandbox;
