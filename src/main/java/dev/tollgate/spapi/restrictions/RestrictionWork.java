package dev.tollgate.spapi.restrictions;

import dev.tollgate.jobs.Job;

/**
 * One product of a restriction check on its way.
 *
 * @param handOut where it goes back to
 */
record RestrictionWork(Job job, RestrictionOrder order, HandOut handOut, String asin) {

    /** Exchange property of the work. */
    static final String PROPERTY = "restrictionWork";
}
