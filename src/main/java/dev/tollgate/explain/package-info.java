/** What would happen to a call now, by which rule and until when; without making it and without spending anything. */
package dev.tollgate.explain;
