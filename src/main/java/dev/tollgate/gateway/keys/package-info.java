/**
 * Who may do what. One Spring Security filter chain stands before every path: it refuses what is no proper request,
 * finds out who calls, checks that he may do this, and cuts his credential off before any route sees the request.
 */
package dev.tollgate.gateway.keys;
