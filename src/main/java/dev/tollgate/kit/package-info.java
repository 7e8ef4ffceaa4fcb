/**
 * The policy kit: what stands behind the kamelets in {@code routes/shared/kit}, so that a route file alone governs an API
 * that the project does not know.
 *
 * <p>A kamelet makes one of the {@code …KitPolicy} beans for each place where it is used; that bean holds the properties and
 * speaks the words of its route. State (balances, counts, answers, tokens, breakers) is kept in a singleton by the name
 * given in the route file, so that it outlives every edit and is shared by all who give that name. The arithmetic is that
 * of the other packages: {@link dev.tollgate.budget}, {@link dev.tollgate.quota}, {@link dev.tollgate.verdict},
 * {@link dev.tollgate.oauth}.
 */
package dev.tollgate.kit;
