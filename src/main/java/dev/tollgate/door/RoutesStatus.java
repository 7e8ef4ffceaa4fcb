package dev.tollgate.door;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import org.springframework.stereotype.Component;

import dev.tollgate.check.Finding;
import dev.tollgate.gateway.StatusSection;

/** The routes in {@code /status}: which set serves since when, whether edits are noticed, what is to say about it. */
@Component
record RoutesStatus(Generations generations, RouteWatcher watcher) implements StatusSection {

    /** Bound: lines of each list; a person mends the first ones first. */
    private static final int MOST = 100;

    @Override
    public String name() {
        return "routes";
    }

    @Override
    public Map<String, Object> snapshot() {
        Map<String, Object> snapshot = new LinkedHashMap<>();
        snapshot.put("generation", generations.name().orElse(null));
        snapshot.put("since", generations.since().map(Instant::toString).orElse(null));
        snapshot.put("watching", watcher.isWatching());
        Generations.Rejection rejection = generations.rejection();
        snapshot.put("lastRejected", rejection == null ? null : Map.of("at", rejection.at().toString(),
                "errors", rejection.findings().stream().limit(MOST).map(Finding::toString).toList()));
        snapshot.put("warnings", Stream.concat(watcher.trouble().stream(), generations.warnings().stream()).limit(MOST)
                .map(Finding::toString).toList());
        snapshot.put("ignored", generations.ignored().stream().limit(MOST).toList());
        return snapshot;
    }
}
