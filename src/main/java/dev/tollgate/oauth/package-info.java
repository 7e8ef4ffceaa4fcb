/** Access tokens of OAuth token endpoints: asked for once by however many callers, kept until they end. Knows no API. */
package dev.tollgate.oauth;
