package dev.tollgate.kit;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.tollgate.gateway.StatusSection;
import dev.tollgate.oauth.OAuthClients;

import org.springframework.stereotype.Component;

/** The kit in {@code /status}: every bucket, quota, cache, client and breaker by its name. */
@Component
class KitStatus implements StatusSection {

    private final Buckets buckets;
    private final Quotas quotas;
    private final Caches caches;
    private final OAuthClients clients;
    private final Breakers breakers;

    KitStatus(Buckets buckets, Quotas quotas, Caches caches, OAuthClients clients, Breakers breakers) {
        this.buckets = buckets;
        this.quotas = quotas;
        this.caches = caches;
        this.clients = clients;
        this.breakers = breakers;
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
        snapshot.put("caches", caches.snapshot());
        snapshot.put("tokens", clients.snapshot());
        snapshot.put("breakers", breakers.snapshot());
        return snapshot;
    }
}
