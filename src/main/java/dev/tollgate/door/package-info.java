/**
 * The door: how an HTTP request reaches a route.
 *
 * <p>Everything below {@code routes/} lives in one Camel context, a {@link dev.tollgate.door.Generation}. The door
 * asks the generation that is active for the endpoint that matches path and method, and runs it on the servlet's own
 * thread: virtual on JDK 21 and newer, one of Tomcat's on 17. There is no second pool, no hand-over and no
 * asynchronous time-out between the caller and the route. Beans, balances and pools live in the Spring application
 * context and outlive a generation.
 */
package dev.tollgate.door;
