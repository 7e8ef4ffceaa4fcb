package dev.tollgate.ledger;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Usage that was paid for while neither database nor disk took it, in memory until one does. Calls are refused meanwhile, so
 * these are those that were under way. At most {@value #MOST}, of about a kilobyte each, since the strings of a usage have
 * the bounds of their columns.
 */
final class Unsaved {

    static final int MOST = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Unsaved.class);
    private static final Duration REMIND = Duration.ofMinutes(1);

    private final Clock clock;
    /** Bound: {@value #MOST} usages, whose texts have the bounds of their columns. */
    private final Map<String, Usage> usages = new LinkedHashMap<>();
    private Instant told = Instant.MIN;

    Unsaved(Clock clock) {
        this.clock = clock;
    }

    /** False when there are too many. */
    synchronized boolean keep(Usage usage, Exception because) {
        if (usages.size() >= MOST) {
            return false;
        }
        usages.put(usage.callId(), usage);
        if (told == Instant.MIN || !clock.instant().isBefore(told.plus(REMIND))) {
            told = clock.instant();
            LOG.error("Neither the database nor the spool takes the usage of {} paid calls; it waits in memory, and calls that"
                    + " cost are refused with 503. Make room on the disk of tollgate.data-dir. Do not stop the gateway before:"
                    + " {}", usages.size(), because.toString());
        }
        LOG.info("In memory only: {}", usage);
        return true;
    }

    synchronized List<Usage> all() {
        return List.copyOf(usages.values());
    }

    synchronized boolean has(String callId) {
        return usages.containsKey(callId);
    }

    synchronized void saved(Usage usage) {
        usages.remove(usage.callId());
    }

    synchronized int size() {
        return usages.size();
    }
}
