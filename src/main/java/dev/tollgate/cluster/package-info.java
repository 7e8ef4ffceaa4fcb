/**
 * Several gateways that share one truth through the database: who they are, whose clock counts, what is shared and what is
 * still each one's own. Knows no API: what is shared of one stands with it and asks here for a transaction and the time.
 */
package dev.tollgate.cluster;
