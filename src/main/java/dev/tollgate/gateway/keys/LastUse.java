package dev.tollgate.gateway.keys;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * When each key was last used. A request only notes it here; a thread of its own writes what changed, each key at most
 * once in {@code tollgate.keys.last-used-every}.
 */
@Component
class LastUse {

    private static final Logger log = LoggerFactory.getLogger(LastUse.class);

    private final KeyTable table;
    private final long everyMillis;
    /** Bound: ids of gateway keys that were found good, 16 characters each. */
    private final Map<String, Instant> unwritten = new ConcurrentHashMap<>();
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "key-last-use");
        thread.setDaemon(true);
        return thread;
    });

    LastUse(KeyTable table, KeyProperties properties) {
        this.table = table;
        this.everyMillis = properties.lastUsedEvery().toMillis();
    }

    @PostConstruct
    void start() {
        writer.scheduleWithFixedDelay(this::write, everyMillis, everyMillis, TimeUnit.MILLISECONDS);
    }

    void note(String keyId, Instant at) {
        unwritten.put(keyId, at);
    }

    /** The later of what is in the table and what this process has noted since. */
    Instant of(KeyTable.Row row) {
        return unwritten.getOrDefault(row.holder().id(), row.lastUsedAt());
    }

    /** What cannot be written is kept for the next time. */
    void write() {
        try {
            unwritten.forEach((id, at) -> {
                table.used(id, at);
                unwritten.remove(id, at);
            });
        }
        catch (DataAccessException e) {
            log.debug("The last use of keys is written later", e);
        }
    }

    @PreDestroy
    void stop() {
        writer.shutdown();
        write();
    }
}
