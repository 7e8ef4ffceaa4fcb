/**
 * Work that goes through a list in the background: what was ordered, what to do next, what is done, how long it will take.
 *
 * <p>A {@link dev.tollgate.jobs.Job} of a gateway alone is a folder below {@code data-dir/jobs} ({@link dev.tollgate.jobs.FileJob}): the order, twice ({@link dev.tollgate.jobs.OrderFile}),
 * the results and their checkpoints ({@link dev.tollgate.jobs.JobJournal}), and how it ended. Every line in it carries a checksum. Jobs of several nodes are rows of their database ({@link dev.tollgate.jobs.SharedJobs}).
 * What a caller can make grow is bounded by {@link dev.tollgate.jobs.JobProperties}. Another kind of job is a bean that is a
 * {@link dev.tollgate.jobs.JobKind}, a rest entry that hands orders to {@code jobApi}, and a route that takes batches of it
 * one after the other, as {@code routes/keepa/backfill.camel.yaml} does, or single items side by side, as
 * {@code routes/sp-api/restrictions.camel.yaml} does.
 */
package dev.tollgate.jobs;
