/** The document of the gateway's own paths: generated from the routes that serve, completed by {@code openapi.yaml}. */
@NullMarked
package dev.tollgate.openapi;

import org.jspecify.annotations.NullMarked;
