/** What {@code /admin} does: makes and revokes keys, keeps the companies' tokens, and writes down who changed what. */
package dev.tollgate.gateway.admin;
