package dev.tollgate.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

import dev.tollgate.quota.DailyQuota;
import dev.tollgate.quota.OnCorruptState;
import dev.tollgate.quota.QuotaSettings;
import dev.tollgate.quota.QuotaView;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The daily quotas of the kit by name, one file each. A count survives edits and a restart. */
@Component("tollQuotas")
public class Quotas implements AutoCloseable {

    private record Limit(int calls, ZoneId zone) {
    }

    private final Path folder;
    private final Clock clock;
    private final PolicyRegistry<Limit, DailyQuota> quotas = new PolicyRegistry<>();

    Quotas(@Value("${tollgate.data-dir}") Path data, Clock clock) {
        this.folder = data.resolve("kit/quotas");
        this.clock = clock;
    }

    /** The quota of that name, with the limit and zone of the newest revision of the routes that asked. */
    DailyQuota quota(String name, long revision, int limit, ZoneId zone) {
        return quotas.get(name, revision, new Limit(limit, zone), before -> {
            if (before == null) {
                return open(name, limit, zone);
            }
            before.change(limit, zone);
            return before;
        });
    }

    private DailyQuota open(String name, int limit, ZoneId zone) {
        try {
            return DailyQuota.open(new QuotaSettings(folder.resolve(name + ".json"), limit, zone, OnCorruptState.SPENT), clock);
        } catch (IOException e) {
            throw new UncheckedIOException("The quota " + name + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /** Tells of every quota's name, see {@link PolicyRegistry#onName}. */
    void onName(Consumer<String> told) {
        quotas.onName(told);
    }

    /** A quota that a route has asked for. */
    DailyQuota quota(String name) {
        return quotas.find(name);
    }

    /** For {@code /status}: the same words as xAI's. */
    Map<String, Object> snapshot() {
        return quotas.snapshot(quota -> {
            QuotaView view = quota.view();
            Map<String, Object> numbers = new LinkedHashMap<>();
            numbers.put("callsToday", view.callsToday());
            numbers.put("dailyLimit", view.limit());
            numbers.put("resetsAt", view.resetsAt().toString());
            numbers.put("warning", view.warning());
            return numbers;
        });
    }

    @Override
    public void close() throws IOException {
        for (DailyQuota quota : quotas.values()) {
            quota.close();
        }
    }
}
