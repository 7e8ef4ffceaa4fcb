package dev.tollgate.jobs;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.cluster.DatabaseAwayException;

/**
 * A part of a job that this node has claimed and works on. Results are in the database before a method returns; what it does not
 * take is held here, in memory and in a file ({@link InHand}), and written later. Once another node has the part, what is under way
 * here is still written down where it is not there yet, since it is paid for, and nothing more is begun.
 */
final class ClaimedJob extends SharedJob {

    private static final Logger LOG = LoggerFactory.getLogger(ClaimedJob.class);

    /** How long it waits before it looks whether the database answers, or there is room again; that costs no call. */
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final JobRows.PartId part;
    private final long epoch;
    private final JobProgress progress;
    private boolean mayBeWritten;
    private volatile boolean lost;
    private List<Object> said = List.of();

    ClaimedJob(SharedJobs shared, JobRows.Claim claim) {
        super(shared, claim.row(), claim.items());
        this.part = claim.id();
        this.epoch = claim.epoch();
        this.state = JobState.QUEUED;
        this.message = null;
        this.progress = new JobProgress(items) {

            @Override
            void write(List<JobJournal.Entry> entries, long spent) throws IOException {
                written(entries, spent);
            }
        };
        claim.done().forEach((item, well) -> {
            int place = items.indexOf(item);
            if (place >= 0) {
                progress.finished(place, well);
            }
        });
    }

    JobRows.PartId part() {
        return part;
    }

    /** How often the part was claimed, this time included. */
    long epoch() {
        return epoch;
    }

    @Override
    boolean isHeldUp(JobKind kind) {
        return state() == JobState.RUNNING && kind.isHeldUp();
    }

    @Override
    String says(String otherwise) {
        return standing(otherwise);
    }

    @Override
    JobProgress progress() {
        return progress;
    }

    @Override
    public int left() {
        return progress.left();
    }

    @Override
    public boolean isOver() {
        return lost || state().isEnd() || !shared.mayWork();
    }

    @Override
    boolean isDue(Instant now) {
        return !isOver() && super.isDue(now);
    }

    /** Whether nothing of it is left to do here. */
    boolean isGone() {
        return (lost || state().isEnd()) && !isHolding();
    }

    /** Another node has it now, or it has ended. */
    void lose() {
        lost = true;
    }

    /** Tells all nodes where it stands, when that has changed. */
    void say(JobKind kind) {
        boolean heldUp = isHeldUp(kind);
        List<Object> now = Arrays.asList(state(), heldUp, says(heldUp ? kind.waitsFor() : null));
        if (!now.equals(said)) {
            shared.rows().say(part, epoch, (JobState) now.get(0), heldUp, (String) now.get(2));
            said = now;
        }
    }

    @Override
    public synchronized void append(List<JobJournal.Entry> batch, long tokens, Instant now) {
        try {
            progress.append(batch, tokens);
            succeeded();
        } catch (IOException away) {
            LOG.warn("The database does not take {} results of job {}. They are kept below tollgate.data-dir, written when it answers, and not paid again",
                    progress.holding(), id());
            notTaken(now);
        }
    }

    private void written(List<JobJournal.Entry> entries, long spent) throws IOException {
        boolean whole = progress.finished() + entries.size() >= items.size();
        try {
            JobRows.Written written = shared.rows().append(part, epoch, entries, spent, mayBeWritten, whole, afterwards());
            if (!written.mine() && !mayBeWritten) {
                LOG.warn("Node {} no longer has job {}: of {} results that came late {} were not there yet and are kept", shared.node(), id(),
                        entries.size(), written.added());
            }
            if (mayBeWritten) {
                mayBeWritten = false;
                shared.inHand().drop(part);
            }
            message = null;
            lost |= !written.mine();
            after(written.row(), whole);
        } catch (DatabaseAwayException away) {
            mayBeWritten = true;
            shared.inHand().keep(new InHand.Kept(part, entries, spent));
            throw new IOException(away.getMessage(), away);
        }
    }

    private void after(JobRows.Row row, boolean whole) {
        if (row == null) {
            lost = true;
        } else if (row.endedAt() != null) {
            be(row);
        } else {
            beAsFarAs(row);
            state = whole ? JobState.DONE : state; // of this part
        }
    }

    private void notTaken(Instant now) {
        holdUpUntil("The database that the nodes share does not take the results. %d that are paid for wait at node %s and are written when it answers"
                .formatted(progress.holding(), shared.node()), now.plus(AGAIN));
        notBefore = now.plus(AGAIN);
    }

    @Override
    boolean isHolding() {
        return progress.isHolding();
    }

    @Override
    synchronized void writeAgain(Instant now) {
        if (!isHolding() || notBefore.isAfter(now)) {
            return;
        }
        try {
            progress.writeHeld();
            LOG.info("The database takes the results of job {} again: nothing was lost", id());
        } catch (IOException away) {
            notTaken(now);
        }
    }

    @Override
    synchronized void close(Instant now) {
        notBefore = Instant.EPOCH;
        writeAgain(now);
        if (isHolding()) {
            LOG.warn("{} results of job {} wait below tollgate.data-dir for the database, until this node is started again", progress.holding(), id());
        }
    }

    @Override
    public synchronized boolean hasRoomFor(int count, long leastBytes, Instant now) {
        String why = shared.whyNot(count * leastBytes);
        if (why != null) {
            holdUpUntil(why, now.plus(AGAIN));
        }
        return why == null;
    }

    @Override
    public void finishOrWait(JobState end, String why, Instant now) {
        try {
            finish(end, why, now);
        } catch (DatabaseAwayException away) {
            holdUpUntil("The database that the nodes share does not take the end of the job; trying again", now.plus(AGAIN));
        }
    }

    /** A part that is done ends its job when it is the last. */
    @Override
    public synchronized void finish(JobState end, String why, Instant now) {
        if (end == JobState.DONE) {
            after(shared.rows().append(part, epoch, List.of(), 0, false, true, afterwards()).row(), true);
        } else {
            super.finish(end, why, now);
        }
    }
}
