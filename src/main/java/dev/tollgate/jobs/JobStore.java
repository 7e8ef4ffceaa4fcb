package dev.tollgate.jobs;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Where jobs are kept: in folders of this gateway ({@link JobFolders}), or in the database of all nodes ({@link SharedJobs}). */
interface JobStore {

    /** By the clock that counts for its jobs. */
    Instant now();

    /** Does something while nobody else orders, here or at another node; what it creates is there for all afterwards. */
    <R> R ordering(Supplier<R> work);

    /** Every job, in no order. */
    List<Job> all();

    /** Those that have not ended. */
    List<Job> open();

    /** The items of those that have not ended. */
    long openItems();

    /** Those of an owner that were ordered since then. */
    List<Job> since(String owner, Instant then);

    Optional<Job> find(String id);

    /**
     * Whether there is room for one more job.
     *
     * @throws dev.tollgate.gateway.Refusal 507 when the results that are kept fill what they may
     */
    void requireRoom();

    /** Whether there is room for a list of so many bytes. */
    boolean hasRoom(long bytes);

    /** @throws IOException when it is not written down; nothing is left of it then */
    Job create(Job.Order order, AsinList items, JobKind kind) throws IOException;

    /** The jobs of a kind that this process may work on, and those that it holds something of, in no order. */
    Stream<Job> mine(String type);

    /** Removes a job with its results. */
    void remove(Job job) throws IOException;

    /** A last try to write what is in memory only. */
    void close();
}
