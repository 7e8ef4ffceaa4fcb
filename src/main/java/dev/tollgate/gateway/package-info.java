/** What every API of the gateway shares: refusals and the numbers that {@code /status} shows. */
package dev.tollgate.gateway;
