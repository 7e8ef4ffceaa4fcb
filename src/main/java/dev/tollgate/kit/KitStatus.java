package dev.tollgate.kit;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.tollgate.gateway.StatusSection;

import org.springframework.stereotype.Component;

/** The kit in {@code /status}: every bucket, quota and cache by its name. */
@Component
class KitStatus implements StatusSection {

    private final Buckets buckets;
    private final Quotas quotas;

    KitStatus(Buckets buckets, Quotas quotas) {
        this.buckets = buckets;
        this.quotas = quotas;
    }

    @Override
    public String name() {
        return "kit";
    }

    @Override
    public Map<String, Object> snapshot() {
        Map<String, Object> snapshot = new LinkedHashMap<>();
        snapshot.put("buckets", buckets.snapshot());
        snapshot.put("quotas", quotas.snapshot());
        return snapshot;
    }
}
