package dev.tollgate.spapi.sellers;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

import dev.tollgate.ManualClock;
import dev.tollgate.oauth.TokenEndpoint;
import dev.tollgate.sandbox.SpApiSimulator;

/** The simulated Amazon, spoken to without a network. */
final class Amazon implements TokenEndpoint {

    static final String CALLBACK = "https://gateway.example/callback";

    final SpApiSimulator simulator;

    Amazon(ManualClock clock) {
        simulator = new SpApiSimulator(clock, CALLBACK);
    }

    @Override
    public Reply post(Map<String, String> form) {
        SpApiSimulator.Reply reply = simulator.reply("POST", "/auth/o2/token", Map.of(),
                Map.of("Content-Type", "application/x-www-form-urlencoded"), encode(form));
        return new Reply(reply.status(), reply.body());
    }

    void control(String what, String value) {
        simulator.reply("POST", "/control", Map.of(what, value), Map.of(), "");
    }

    /** What a person's browser comes back with after a click. */
    Map<String, String> decide(String decision, String seller, String state, String redirectUri) {
        SpApiSimulator.Reply back = simulator.reply("POST", "/apps/authorize/consent/decision", Map.of(), Map.of(),
                encode(Map.of("decision", decision, "seller", seller, "state", state, "redirect_uri", redirectUri)));
        return query(back.headers().get("Location"));
    }

    int restrictions(String seller, String accessToken) {
        return simulator.reply("GET", "/listings/2021-08-01/restrictions",
                Map.of("asin", "B000000009", "sellerId", seller, "marketplaceIds", "ATVPDKIKX0DER"),
                Map.of("x-amz-access-token", accessToken), "").status();
    }

    static Map<String, String> query(String address) {
        Map<String, String> query = new HashMap<>();
        String text = address.substring(address.indexOf('?') + 1);
        for (String pair : text.split("&")) {
            String[] parts = pair.split("=", 2);
            query.put(parts[0], java.net.URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    private static String encode(Map<String, String> form) {
        return form.entrySet().stream().map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
