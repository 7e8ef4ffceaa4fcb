/**
 * Work that goes through a list in the background: what to ask next, what is done, how long it will take. Pure, but for
 * {@link dev.tollgate.jobs.BackfillJournal}, which owns the files that survive a crash.
 */
package dev.tollgate.jobs;
