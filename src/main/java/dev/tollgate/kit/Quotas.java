package dev.tollgate.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import dev.tollgate.quota.DailyQuota;
import dev.tollgate.quota.OnCorruptState;
import dev.tollgate.quota.QuotaSettings;
import dev.tollgate.quota.QuotaView;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The daily quotas of the kit by name, one file each. A count survives edits and a restart. */
@Component("tollQuotas")
public class Quotas implements AutoCloseable {

    private record Known(long edition, DailyQuota quota) {
    }

    private final Path folder;
    private final Clock clock;
    private final Map<String, Known> quotas = new ConcurrentHashMap<>();

    Quotas(@Value("${tollgate.data-dir}") Path data, Clock clock) {
        this.folder = data.resolve("kit/quotas");
        this.clock = clock;
    }

    /** The quota of that name, with the limit and zone of the newest edition of the routes that asked. */
    DailyQuota quota(String name, long edition, int limit, ZoneId zone) {
        return quotas.compute(name, (same, known) -> {
            if (known == null) {
                return new Known(edition, open(name, limit, zone));
            }
            if (edition > known.edition()) {
                known.quota().change(limit, zone);
            }
            return edition > known.edition() ? new Known(edition, known.quota()) : known;
        }).quota();
    }

    private DailyQuota open(String name, int limit, ZoneId zone) {
        try {
            return DailyQuota.open(new QuotaSettings(folder.resolve(name + ".json"), limit, zone, OnCorruptState.SPENT), clock);
        } catch (IOException e) {
            throw new UncheckedIOException("The quota " + name + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /** For {@code /status}: the same words as xAI's. */
    Map<String, Object> snapshot() {
        Map<String, Object> all = new TreeMap<>();
        quotas.forEach((name, known) -> {
            QuotaView view = known.quota().view();
            all.put(name, Map.of("callsToday", view.callsToday(), "dailyLimit", view.limit(), "resetsAt", view.resetsAt().toString()));
        });
        return all;
    }

    @Override
    public void close() throws IOException {
        for (Known known : quotas.values()) {
            known.quota().close();
        }
    }
}
