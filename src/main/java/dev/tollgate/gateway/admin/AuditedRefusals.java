package dev.tollgate.gateway.admin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.gateway.keys.RefusedAttempts;

/**
 * Refused admin attempts in table AdminAudit: the first of an address, key, path and status at once, and once a minute how many
 * more there were. {@value #MAX_KINDS} of them are told apart in a minute and the rest is one more, so that a flood makes
 * {@value #MAX_KINDS} rows a minute, and as many counts.
 */
@Component
class AuditedRefusals implements RefusedAttempts {

    static final String ACTION = "admin.refused";
    static final int MAX_KINDS = 20;
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Logger log = LoggerFactory.getLogger(AuditedRefusals.class);
    private static final Kind OTHERS = new Kind("nobody", "", "other addresses or at other paths", 0);

    private record Kind(String who, String what, String address, int status) {
        Kind(Attempt attempt) {
            this(attempt.who(), attempt.what(), attempt.address(), attempt.status());
        }
    }

    private static final class Count {
        private final Attempt last;
        private long unwritten;

        Count(Attempt last, long unwritten) {
            this.last = last;
            this.unwritten = unwritten;
        }
    }

    private final AdminAudit audit;
    private final DatabaseHealth database;
    /** Bound: MAX_KINDS and one, each text bounded by its attempt. */
    private final Map<Kind, Count> counts = new HashMap<>();
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "admin-audit");
        thread.setDaemon(true);
        return thread;
    });

    AuditedRefusals(AdminAudit audit, DatabaseHealth database) {
        this.audit = audit;
        this.database = database;
    }

    @PostConstruct
    void start() {
        writer.scheduleWithFixedDelay(this::endInterval, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void note(Attempt attempt) {
        Kind kind = new Kind(attempt);
        synchronized (counts) {
            Count known = counts.get(counts.containsKey(kind) || counts.size() < MAX_KINDS ? kind : OTHERS);
            if (known != null) {
                known.unwritten++;
                return;
            }
            if (counts.size() >= MAX_KINDS) {
                counts.put(OTHERS, new Count(attempt, 1));
                return;
            }
            counts.put(kind, new Count(attempt, 0));
        }
        if (!write(attempt, attempt.status() + " from " + attempt.address())) {
            synchronized (counts) {
                counts.computeIfAbsent(kind, again -> new Count(attempt, 0)).unwritten++;
            }
        }
    }

    /** Writes what was counted and begins anew; what cannot be written is counted on. */
    void endInterval() {
        Map<Kind, Count> ended;
        synchronized (counts) {
            ended = new HashMap<>(counts);
            counts.clear();
        }
        List<Map.Entry<Kind, Count>> left = new ArrayList<>();
        ended.entrySet().stream().filter(one -> one.getValue().unwritten > 0).forEach(one -> {
            Kind kind = one.getKey();
            Count count = one.getValue();
            String detail = "%s from %s: %d more within %d s".formatted(kind.status() == 0 ? "refused" : kind.status(), kind.address(),
                    count.unwritten, INTERVAL.toSeconds());
            if (!write(count.last, detail)) {
                left.add(one);
            }
        });
        synchronized (counts) {
            left.forEach(one -> counts.merge(counts.containsKey(one.getKey()) || counts.size() < MAX_KINDS ? one.getKey() : OTHERS,
                    one.getValue(), (anew, old) -> {
                        anew.unwritten += old.unwritten;
                        return anew;
                    }));
        }
    }

    private boolean write(Attempt attempt, String detail) {
        try {
            if (!database.mayTry()) {
                return false;
            }
            audit.write(attempt.who(), ACTION, attempt.what(), detail, attempt.requestId());
            database.succeeded();
            return true;
        }
        catch (DataAccessException e) {
            database.failed(e);
            log.warn("Refused admin attempts are written to the audit later: {}", e.getClass().getSimpleName());
            return false;
        }
    }

    @PreDestroy
    void stop() {
        writer.shutdown();
        endInterval();
    }
}
