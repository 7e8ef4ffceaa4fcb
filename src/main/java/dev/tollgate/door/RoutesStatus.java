package dev.tollgate.door;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.tollgate.check.Finding;
import dev.tollgate.gateway.StatusSection;

import org.springframework.stereotype.Component;

/** The routes in {@code /status}: which set serves since when, and why the last edit was not taken. */
@Component
class RoutesStatus implements StatusSection {

    private final Generations generations;

    RoutesStatus(Generations generations) {
        this.generations = generations;
    }

    @Override
    public String name() {
        return "routes";
    }

    @Override
    public Map<String, Object> snapshot() {
        Map<String, Object> snapshot = new LinkedHashMap<>();
        Generation active = generations.active();
        snapshot.put("generation", active == null ? null : active.name());
        snapshot.put("since", String.valueOf(generations.since()));
        Generations.Rejection rejection = generations.rejection();
        snapshot.put("lastRejected", rejection == null ? null : Map.of("at", rejection.at().toString(),
                "errors", rejection.findings().stream().map(Finding::toString).toList()));
        return snapshot;
    }
}
