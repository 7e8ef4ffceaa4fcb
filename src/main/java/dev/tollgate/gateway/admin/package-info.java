/** What {@code /admin} does: makes and revokes keys, keeps the companies' tokens, and writes down who changed what. */
@NullMarked
package dev.tollgate.gateway.admin;

import org.jspecify.annotations.NullMarked;
