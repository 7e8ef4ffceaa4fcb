package dev.tollgate.spapi.sellers;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.StatusSection;

/** The SP-API policy in {@code /status}. */
final class SpApiStatus implements StatusSection {

    /** Rows of a snapshot, of which one goes to each open page every second; {@code GET /sellers} has all, in pages. */
    private static final int MOST = 100;

    private final Sellers sellers;
    private final AccessTokens tokens;
    private final ApplicationAlarm alarm;
    private final SecretRotation rotation;
    private final List<String> missing;

    /** @param missing settings without which no seller can be connected */
    SpApiStatus(Sellers sellers, AccessTokens tokens, ApplicationAlarm alarm, SecretRotation rotation, List<String> missing) {
        this.sellers = sellers;
        this.tokens = tokens;
        this.alarm = alarm;
        this.rotation = rotation;
        this.missing = missing;
    }

    @Override
    public String name() {
        return "spApi";
    }

    @Override
    public Map<String, Object> snapshot() {
        return snapshot(sellers.list());
    }

    /** A key that was made for one seller sees that one. */
    @Override
    public Map<String, Object> snapshotFor(KeyHolder reader) {
        return snapshot(sellers.list(reader::mayNameSeller));
    }

    private Map<String, Object> snapshot(List<Map<String, Object>> shown) {
        Map<String, Object> numbers = new LinkedHashMap<>();
        List<Map<String, Object>> gone = shown.stream().filter(seller -> !isConnected(seller)).toList();
        numbers.put("sellers", Stream.concat(gone.stream(), shown.stream().filter(SpApiStatus::isConnected)).limit(MOST).toList());
        numbers.put("sellerCount", shown.size());
        numbers.put("reconnectNeeded", gone.size());
        numbers.put("refreshes", tokens.refreshes());
        numbers.put("alarm", alarm.ringing().map(ApplicationAlarm.Ringing::reason).orElse(null));
        numbers.put("alarmSince", alarm.ringing().map(ringing -> ringing.since().toString()).orElse(null));
        numbers.put("secretDaysLeft", rotation.daysLeft().isPresent() ? rotation.daysLeft().getAsLong() : null);
        numbers.put("missing", missing);
        return numbers;
    }

    private static boolean isConnected(Map<String, Object> seller) {
        return "connected".equals(seller.get("state"));
    }
}
