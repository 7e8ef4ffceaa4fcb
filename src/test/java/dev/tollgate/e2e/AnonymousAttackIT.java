package dev.tollgate.e2e;

import java.lang.management.ManagementFactory;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;

import com.sun.management.UnixOperatingSystemMXBean;
import org.junit.jupiter.api.Test;

import dev.tollgate.e2e.Gateway.Answer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** What somebody without a key sends to take the gateway's memory. */
class AnonymousAttackIT extends Besieged {

    private static final int LARGE = 31_000_000;
    private static final String LENGTH = "Content-Length: " + LARGE;
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded";
    private static final int UNFINISHED = 9500;
    private static final String CHUNKED = "Transfer-Encoding: chunked";

    /** Public ones first, then some that need a key. */
    private static final List<String> PATHS = List.of("GET /callback?state=x", "GET /", "GET /docs", "GET /actuator/health", "HEAD /",
            "POST /auth/o2/token", "POST /auth/o2/%74oken", "POST /auth/o2/token;a=1", "POST /extract", "POST /judge", "POST /learn",
            "POST /keepa/product", "POST /xai/v1/chat/completions", "POST /gemini/v1beta/models/m:generateContent", "POST /sp-api/x",
            "PUT /sp-api/x", "POST /jobs/keepa-backfill", "POST /admin/keys", "DELETE /admin/keys/1", "POST /nothing",
            "GET /static/none", "BREW /");

    /** Ten million pairs. */
    @Test
    void aFormOfManyPairsIsTooLargeForTheTokenEndpoint() {
        try (Flood flood = new Flood(process.port())) {
            for (int i = 0; i < 5; i++) {
                flood.send(flood.head("POST", "/auth/o2/token", FORM, LENGTH), "a=&".repeat(10_000).getBytes(US_ASCII), LARGE);
            }
            healthy("five forms of ten million pairs");
            assertThat(flood.answers()).allMatch(line -> line.contains(" 413"), "413");
        }
        Answer answer = call("POST", "/auth/o2/token", null, "a=&".repeat(5_000));
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().path("error").asText()).isEqualTo("invalid_request");
        assertThat(answer.json().path("error_description").asText()).contains("8192 bytes");
    }

    @Test
    void manyPairsOrDeepOnesThatFitAreAnsweredAsWrong() {
        for (String piece : List.of("a=&", "[", "{\"a\":", "[{},", "\"\\u0000", "refresh_token=%00&")) {
            for (int i = 0; i < 20; i++) {
                Answer answer = call("POST", "/auth/o2/token", null, piece.repeat(8000 / piece.length()));
                assertThat(answer.status()).as(piece).isEqualTo(400);
            }
        }
    }

    /** Each has a length that it never sends, or chunks without an end. */
    @Test
    void bodiesThatStallHoldNoMemoryWhereNobodyHasAKey() {
        byte[] chunk = ("10000\r\n" + "a".repeat(0x10000) + "\r\n").getBytes(US_ASCII);
        try (Flood flood = new Flood(process.port())) {
            for (String request : PATHS) {
                String[] line = request.split(" ");
                for (int i = 0; i < 7; i++) {
                    flood.send(flood.head(line[0], line[1], LENGTH), LARGE - 1_000_000);
                    flood.send(flood.head(line[0], line[1], CHUNKED), chunk, LARGE);
                }
            }
            healthy("%d bodies that stall".formatted(14 * PATHS.size()));
            assertThat(metric("tollgate_bodies_memory_bytes")).isLessThanOrEqualTo(14 * PATHS.size() * (16 * 1024 + 8192));
        }
    }

    @Test
    void whoHasNoKeyIsAnsweredBeforeTheBodyComes() {
        for (String request : PATHS) {
            String[] line = request.split(" ");
            try (Flood flood = new Flood(process.port())) {
                flood.send(flood.head(line[0], line[1], LENGTH), 0);
                assertThat(flood.answers().get(0)).as(request).matches("HTTP/1.1 (400|401|413).*");
            }
        }
    }

    @Test
    void refusedRefreshTokensAreNotKept() {
        try (Flood flood = new Flood(process.port())) {
            for (int i = 0; i < 9; i++) {
                flood.send(flood.head("POST", "/auth/o2/token", FORM, LENGTH),
                        ("grant_type=refresh_token&refresh_token=" + i).getBytes(US_ASCII), LARGE);
            }
            assertThat(flood.answers()).allMatch(line -> line.contains(" 413"), "413");
        }
        for (int i = 0; i < 5000; i++) {
            Answer answer = call("POST", "/auth/o2/token", null, "grant_type=refresh_token&refresh_token=" + i + "x".repeat(8000));
            assertThat(answer.status()).isEqualTo(400);
        }
    }

    @Test
    void aRefusedRefreshTokenChangesNoLaterAnswer() {
        call("POST", "/auth/o2/token", null, "grant_type=refresh_token&refresh_token=application/json");
        assertThat(call("POST", "/auth/o2/token", null, "grant_type=x").header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void manyPartsAreNobodysBusinessWithoutAKey() {
        String part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n";
        try (Flood flood = new Flood(process.port())) {
            for (String path : List.of("/extract", "/auth/o2/token", "/", "/callback")) {
                flood.send(flood.head("POST", path, LENGTH, "Content-Type: multipart/form-data; boundary=b"), part.getBytes(US_ASCII), LARGE);
            }
            healthy("uploads of many parts");
            assertThat(flood.answers()).allMatch(line -> line.matches("HTTP/1.1 (401|413).*"), "401 or 413");
        }
    }

    /** Half a header on each, of 15 KB. */
    @Test
    void thousandsOfUnfinishedHeadersDoNotFillTheHeap() {
        long most = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class).getMaxFileDescriptorCount();
        assumeTrue(most >= UNFINISHED + 2000, "a process may open only " + most + " files here (ulimit -n)");
        try (Flood flood = new Flood(process.port())) {
            String head = "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + process.port() + "\r\nX-Long: " + "a".repeat(15_000);
            for (int i = 0; i < UNFINISHED; i++) {
                flood.send(head, 0);
                if (i % 2000 == 1999) {
                    healthy("%,d unfinished headers".formatted(i + 1));
                }
            }
            healthyWithin(Duration.ofSeconds(1), "%,d unfinished headers".formatted(UNFINISHED));
        }
    }

    /** What a caller chooses freely becomes the name of nothing that stays. */
    @Test
    void inventedMethodsPathsAndIdsAddNoMetrics() {
        String first = call("GET", "/actuator/prometheus", ADMIN, null).text();
        for (int i = 0; i < 2000; i++) {
            gateway.send(HttpRequest.newBuilder(gateway.uri("/none/" + i + "?a" + i + "=b")).header("X-Request-Id", "id-" + i)
                    .method("BREW" + i, BodyPublishers.noBody()));
        }
        String after = call("GET", "/actuator/prometheus", ADMIN, null).text();
        assertThat(after.lines().count()).isLessThan(first.lines().count() + 200);
    }
}
