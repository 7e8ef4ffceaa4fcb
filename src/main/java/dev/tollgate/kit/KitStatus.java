package dev.tollgate.kit;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.stereotype.Component;

import dev.tollgate.gateway.StatusSection;

/** The kit in {@code /status}: every bucket, quota, cache, client, limit of calls at once, budget and breaker by its name. */
@Component
record KitStatus(Kit kit) implements StatusSection {

    @Override
    public String name() {
        return "kit";
    }

    @Override
    public Map<String, Object> snapshot() {
        Map<String, Object> snapshot = new LinkedHashMap<>();
        snapshot.put("buckets", kit.buckets().snapshot());
        snapshot.put("quotas", kit.quotas().snapshot());
        snapshot.put("caches", kit.caches().snapshot());
        snapshot.put("tokens", kit.clients().snapshot());
        snapshot.put("concurrencies", kit.concurrencies().snapshot());
        snapshot.put("budgets", kit.budgets().snapshot());
        snapshot.put("breakers", kit.breakers().snapshot());
        return snapshot;
    }
}
