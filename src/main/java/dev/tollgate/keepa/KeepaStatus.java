package dev.tollgate.keepa;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.stereotype.Component;

import dev.tollgate.budget.ServiceClass;
import dev.tollgate.gateway.StatusSection;
import dev.tollgate.kit.Buckets;

/** The Keepa policy in {@code /status}. Balance and deficit are null until Keepa has told its balance: all there is is a guess. */
@Component
record KeepaStatus(KeepaBalance balance, KeepaKey key) implements StatusSection {

    @Override
    public String name() {
        return "keepa";
    }

    @Override
    public Map<String, Object> snapshot() {
        LineStatus now = balance.status();
        Map<String, Object> numbers = new LinkedHashMap<>();
        boolean heard = balance.heardAt().isPresent();
        numbers.put("balance", heard ? now.balance() : null);
        numbers.put("deficit", heard ? now.deficit() : null);
        numbers.put("refillRate", now.refillRate());
        numbers.put("capacity", now.capacity());
        numbers.put("waiting", now.waiting());
        numbers.put("waitingInteractive", balance.queue().waiting(ServiceClass.INTERACTIVE));
        numbers.put("waitingBackfill", balance.queue().waiting(ServiceClass.BACKFILL));
        Buckets.show(balance.queue(), numbers);
        numbers.put("nextFreeAt", now.nextFreeAt().toString());
        numbers.put("consumed", now.consumed());
        numbers.put("denied", now.denied());
        numbers.put("upstream429", now.upstream429());
        numbers.put("heardAt", balance.heardAt().map(Instant::toString).orElse(null));
        numbers.put("missing", key.isConfigured() ? List.of() : List.of("KEEPA_API_KEY"));
        return numbers;
    }
}
