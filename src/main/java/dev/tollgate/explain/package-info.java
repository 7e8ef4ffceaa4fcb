/** What would happen to a call now, by which rule and until when; without making it and without spending anything. */
@NullMarked
package dev.tollgate.explain;

import org.jspecify.annotations.NullMarked;
