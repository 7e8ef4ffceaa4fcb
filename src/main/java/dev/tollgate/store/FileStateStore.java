package dev.tollgate.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.disk.CheckedLine;
import dev.tollgate.disk.Damage;
import dev.tollgate.disk.HeldFiles;

/**
 * The states of one process, kept in memory and written down shortly after a change, so that they survive a restart.
 *
 * <p>Writing is behind, not before: a change waits {@link #FLUSH_AFTER_MILLIS} for its neighbours and all of them cost
 * one write and one fsync, however many calls pass. A process that is killed forgets at most that much. That is safe
 * for a budget, because the next reply of the upstream corrects it. Each file holds its own checksum. One that cannot be
 * read is kept aside, said as an ERROR, and its state starts anew: a gateway that does not start would be worse.
 *
 * @param <S> an immutable state
 */
public final class FileStateStore<S> implements StateStore<S>, AutoCloseable {

    /** How long a change waits to be written, in milliseconds. */
    public static final long FLUSH_AFTER_MILLIS = 100;

    private static final Logger LOG = LoggerFactory.getLogger(FileStateStore.class);

    private final Path directory;
    private final StateCodec<S> codec;
    private final Function<String, S> initial;
    private final InMemoryStateStore<S> memory;
    /** Bound: names of balances, as below. */
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    /** Bound: names of balances: those of the gateway and of route files. */
    private final Set<String> changed = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService writer =
            new ScheduledThreadPoolExecutor(1, FileStateStore::daemon, new ThreadPoolExecutor.DiscardPolicy());

    /**
     * @param directory one file {@code <key>.json} a state; made when it does not exist
     * @param codec     how a state is written
     * @param initial   makes the state of a key that has no file
     */
    public FileStateStore(Path directory, StateCodec<S> codec, Function<String, S> initial) {
        this.directory = directory;
        this.codec = codec;
        this.initial = initial;
        this.memory = new InMemoryStateStore<>(this::restore);
    }

    @Override
    public <R> R update(String key, Function<S, Step<S, R>> next) {
        R result = memory.update(key, next);
        if (changed.add(key)) {
            writer.schedule(() -> write(key), FLUSH_AFTER_MILLIS, TimeUnit.MILLISECONDS);
        }
        return result;
    }

    @Override
    public S get(String key) {
        return memory.get(key);
    }

    /** Writes every change that is still waiting, now. */
    public void flush() {
        changed.forEach(this::write);
    }

    /** Writes what is waiting and ends the writer. */
    @Override
    public void close() {
        writer.shutdown();
        flush();
        held.forEach(key -> HeldFiles.release(path(key)));
    }

    private synchronized void write(String key) {
        if (!changed.remove(key)) {
            return;
        }
        try {
            file(key).write(CheckedLine.content(codec.encode(memory.get(key))));
            HeldFiles.holdRewritten(path(key));
            held.add(key);
        } catch (IOException e) {
            LOG.warn("The state of {} could not be written; it lives on in memory: {}", key, e.toString());
        }
    }

    private S restore(String key) {
        try {
            byte[] content = file(key).read().orElse(null);
            return content == null ? initial.apply(key) : decode(key, CheckedLine.ofContent(content));
        } catch (IOException e) {
            throw new UncheckedIOException("The state of " + key + " cannot be read", e);
        }
    }

    private S decode(String key, CheckedLine content) throws IOException {
        Damage damage = new Damage(path(key));
        if (content.isReadable()) {
            try {
                return codec.decode(content.json());
            } catch (IOException | IllegalArgumentException e) {
                damage.at(e.toString());
            }
        } else {
            damage.at("its content is not what was written");
        }
        damage.keepAside(Instant.now(), "The state of " + key + " begins anew.");
        Files.delete(path(key));
        return initial.apply(key);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "state-writer");
        thread.setDaemon(true);
        return thread;
    }

    private SnapshotFile file(String key) {
        return new SnapshotFile(path(key));
    }

    private Path path(String key) {
        return directory.resolve(key + ".json");
    }
}
