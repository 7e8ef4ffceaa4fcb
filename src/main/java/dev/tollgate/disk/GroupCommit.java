package dev.tollgate.disk;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Lets many callers share one fsync: while one batch is being written the next one gathers.
 *
 * <p>A thread of its own writes, so that a caller who is interrupted cannot close the file under the others (Java closes
 * an interruptible channel when the thread in it is interrupted).
 *
 * @param <T> what is written; items reach the sink in the order they were submitted
 */
public final class GroupCommit<T> implements Closeable {

    /** Makes a batch durable; called by one thread, never concurrently. */
    @FunctionalInterface
    public interface Sink<T> {
        /**
         * @param batch at least one item, in the order submitted
         * @throws IOException when the batch is not certainly on disk; every caller in it is told
         */
        void commit(List<T> batch) throws IOException;
    }

    private record Pending<T>(@Nullable T item, CompletableFuture<Void> done) {
    }

    /** Bound: what callers wait for at this moment, one item each. */
    private final BlockingQueue<Pending<T>> queue = new LinkedBlockingQueue<>();
    private final ReentrantLock door = new ReentrantLock();
    private final Pending<T> last = new Pending<>(null, new CompletableFuture<>());
    private final Sink<T> sink;
    private final long gatherNanos;
    private final Thread writer;
    private boolean closed;

    /** @param name of the writing thread, a daemon */
    public GroupCommit(String name, Sink<T> sink) {
        this(name, sink, Duration.ZERO);
    }

    /**
     * The same for many callers at once: after a batch of several items the next one gathers for a moment more, since each write costs
     * the same whatever the number of its items. A caller who is alone never waits for that.
     *
     * @param gather how long
     */
    public GroupCommit(String name, Sink<T> sink, Duration gather) {
        this.sink = sink;
        this.gatherNanos = gather.toNanos();
        this.writer = new Thread(this::write, name);
        writer.setDaemon(true);
        writer.start();
    }

    /**
     * Queues an item without waiting.
     *
     * @return completes when the item is durable, or exceptionally with the sink's {@link IOException}
     */
    public CompletableFuture<Void> submit(T item) {
        Pending<T> pending = new Pending<>(item, new CompletableFuture<>());
        door.lock();
        try {
            if (closed) {
                pending.done.completeExceptionally(new IOException(writer.getName() + " is closed"));
            } else {
                queue.add(pending);
            }
        } finally {
            door.unlock();
        }
        return pending.done;
    }

    /**
     * Waits for what {@link #submit} returned. Not interruptible, on purpose: the caller must learn whether the item is
     * on disk, and a sync takes milliseconds. The interrupt flag is kept.
     *
     * @throws IOException the sink's own, or the reason why the item was refused
     */
    public static void await(CompletableFuture<Void> submitted) throws IOException {
        try {
            submitted.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof IOException io ? new IOException(io.getMessage(), io)
                    : new IOException("writing failed: " + failed.getCause(), failed.getCause());
        }
    }

    private void write() {
        boolean open = true;
        boolean crowded = false;
        while (open) {
            List<Pending<T>> batch = new ArrayList<>();
            batch.add(takeFirst());
            if (crowded && gatherNanos > 0) {
                LockSupport.parkNanos(gatherNanos);
            }
            queue.drainTo(batch);
            open = !batch.remove(last);
            crowded = batch.size() > 1;
            if (!batch.isEmpty()) {
                commit(batch);
            }
        }
    }

    private Pending<T> takeFirst() {
        while (true) {
            try {
                return queue.take();
            } catch (InterruptedException ignored) {
                // Nobody but close() ends this thread; an interrupt from elsewhere must not lose what is queued.
                continue;
            }
        }
    }

    private void commit(List<Pending<T>> batch) {
        try {
            sink.commit(batch.stream().map(Pending::item).toList());
            batch.forEach(pending -> pending.done.complete(null));
        } catch (IOException | RuntimeException | Error failed) {
            batch.forEach(pending -> pending.done.completeExceptionally(failed));
        }
    }

    /** Writes what is queued, then ends. Later items are refused. */
    @Override
    public void close() {
        door.lock();
        try {
            if (!closed) {
                closed = true;
                queue.add(last);
            }
        } finally {
            door.unlock();
        }
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
