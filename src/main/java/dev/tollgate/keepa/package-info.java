/**
 * The Keepa policy: what a call costs, who goes next, and what Keepa's own meter says.
 *
 * <p>The route is {@code routes/keepa/policy.camel.yaml}. It holds the order of things and says it in the words of
 * {@link dev.tollgate.keepa.KeepaSteps} (bean {@code keepaSteps}); {@link dev.tollgate.keepa.KeepaToll} holds the arithmetic.
 * Its inner loop is the wait: only the first in line is past {@code standInLine}, and the delayer never sleeps longer
 * than {@link dev.tollgate.queue.AdmissionQueue#STEP_MILLIS}, so that tokens which a reply frees are used at once. It runs on
 * a thread of the caller's own ({@code asyncDelayed: false}), since Camel would otherwise go on with ten threads for all callers. The
 * outer loop runs a second time only when Keepa refuses.
 */
package dev.tollgate.keepa;
