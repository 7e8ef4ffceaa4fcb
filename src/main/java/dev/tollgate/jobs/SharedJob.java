package dev.tollgate.jobs;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Instant;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/** A job as the database shows it at every node, whoever works on it. */
class SharedJob extends Job {

    /** Results that are in memory at once for somebody who reads them. */
    private static final int READ_AT_ONCE = 20;

    final SharedJobs shared;
    private JobJournal.Totals totals;
    private volatile boolean heldUp;

    SharedJob(SharedJobs shared, JobRows.Row row, AsinList items) {
        super(row.order(), items);
        this.shared = shared;
        be(row);
    }

    /** Takes what the database says. */
    final synchronized void be(JobRows.Row row) {
        totals = row.totals();
        state = row.state();
        heldUp = row.heldUp();
        message = row.message();
        endedAt = row.endedAt();
    }

    /** Takes how far the job is, over all nodes. */
    final synchronized void beAsFarAs(JobRows.Row row) {
        totals = row.totals();
    }

    @Override
    public synchronized JobJournal.Totals totals() {
        return totals;
    }

    @Override
    boolean isHeldUp(JobKind kind) {
        return heldUp;
    }

    @Override
    synchronized String says(String otherwise) {
        return message;
    }

    @Override
    public synchronized int left() {
        return state.isEnd() ? 0 : total() - totals.done() - totals.failed();
    }

    @Override
    JobProgress progress() {
        return null;
    }

    @Override
    InputStream openResults() {
        int last = totals().done() + totals().failed();
        Iterator<InputStream> pages = IntStream.iterate(1, from -> from <= last, from -> from + READ_AT_ONCE)
                .mapToObj(from -> page(from, Math.min(from + READ_AT_ONCE, last + 1))).iterator();
        return new SequenceInputStream(new Enumeration<>() {

            @Override
            public boolean hasMoreElements() {
                return pages.hasNext();
            }

            @Override
            public InputStream nextElement() {
                return pages.next();
            }
        });
    }

    private InputStream page(int from, int before) {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        shared.rows().lines(id(), from, before).forEach(page::writeBytes);
        return new ByteArrayInputStream(page.toByteArray());
    }

    @Override
    public void append(List<JobJournal.Entry> batch, long tokens, Instant now) {
        throw notHere();
    }

    @Override
    boolean isHolding() {
        return false;
    }

    @Override
    void writeAgain(Instant now) {
        throw notHere();
    }

    @Override
    void close(Instant now) {
        throw notHere();
    }

    @Override
    public boolean hasRoomFor(int count, long leastBytes, Instant now) {
        throw notHere();
    }

    private IllegalStateException notHere() {
        return new IllegalStateException("Nobody here works on job " + id());
    }

    @Override
    public void finishOrWait(JobState end, String why, Instant now) {
        finish(end, why, now);
    }

    /** @throws dev.tollgate.cluster.DatabaseAwayException when it is not certain that it has ended */
    @Override
    public synchronized void finish(JobState end, String why, Instant now) {
        if (!state.isEnd()) {
            shared.end(this, end, why);
        }
    }

    /** The order as it is kept when the job has ended. */
    final Order afterwards() {
        return order.keeping(shared.kind(type()).afterwards(order.order()));
    }
}
