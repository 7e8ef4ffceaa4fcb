package dev.tollgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.sandbox.SpApiSimulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * SIGKILL of the packaged gateway in the middle of restriction checks, then a start on the same folder: sellers are still
 * connected, the checks go on and ask for nothing twice that is on the disk. At the end a search for every secret that was
 * used, in all that the gateway said and wrote, its database included.
 */
class SellerKillIT {

    private static final int ASINS = 40;
    private static final String PLANTED = "s3cr3tplanted";

    @TempDir
    Path folder;

    private final AmazonServer amazon = new AmazonServer(Clock.systemUTC());
    private final List<String> said = new ArrayList<>();
    private GatewayProcess process;

    @AfterEach
    void close() {
        if (process != null) {
            process.close();
        }
    }

    @Test
    void aKillDisconnectsNobodyAsksForNothingTwiceAndNoSecretIsFound() throws Exception {
        process = start();
        assertThat(new Browser(process.gateway(), amazon).connect("A1CONSENT").status()).isEqualTo(200);
        assertThat(post("/admin/sellers", "{\"sellerId\":\"A2IMPORT\",\"marketplaceIds\":[\"ATVPDKIKX0DER\"],\"refreshToken\":\"Atzr|sandbox.A2IMPORT."
                + PLANTED + "\"}").status()).isEqualTo(201);
        String ofConsent = post("/jobs/restriction-check", order("A1CONSENT", "C", null)).header("Location");
        String ofToken = post("/jobs/restriction-check", order("A3JOB", "T", "Atzr|sandbox.A3JOB." + PLANTED)).header("Location");
        await().until(() -> get(ofConsent).path("done").asInt() > 12 && get(ofToken).path("done").asInt() > 12);

        process.kill();
        List<String> written = Stream.concat(results(ofConsent), results(ofToken)).toList();
        Map<String, Long> asked = asked();
        process = start();

        await().until(() -> Stream.of(ofConsent, ofToken).allMatch(job -> get(job).path("state").asText().equals("done")));
        assertThat(get("/sellers").findValuesAsText("state")).containsExactly("connected", "connected");
        for (String job : List.of(ofConsent, ofToken)) {
            assertThat(get(job).path("done").asInt()).isEqualTo(ASINS);
            assertThat(gateway(job + "/results").text().lines()).hasSize(ASINS).doesNotHaveDuplicates();
        }
        Map<String, Long> askedInAll = asked();
        assertThat(written).hasSizeGreaterThanOrEqualTo(24).allSatisfy(asin -> assertThat(askedInAll.get(asin)).as(asin).isOne());
        System.out.printf("killed with %d of %d verdicts on the disk and %d asked for; asked for twice: %d%n", written.size(), 2 * ASINS,
                asked.size(), askedInAll.values().stream().filter(times -> times > 1).count());
        assertThat(askedInAll).hasSize(2 * ASINS);
        assertThat(call("A2IMPORT").status()).isEqualTo(200);

        said.add(process.console());
        process.stop();
        noSecretIsFound();
    }

    /** All calls carry tokens that the simulator made up; where one stood, its beginning would be found. */
    private void noSecretIsFound() throws IOException {
        List<String> secrets = List.of(PLANTED, "Atzr|", "Atza|", "Atzr%7C", "Atza%7C", "Atzr\\u007c", SpApiSimulator.CLIENT_SECRET);
        assertThat(String.join("\n", said)).contains("A1CONSENT", "A2IMPORT").doesNotContain(secrets);
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.filter(Files::isRegularFile).toList();
            assertThat(all).anyMatch(file -> file.endsWith("order.ndjson") && text(file).contains("A3JOB"))
                    .noneMatch(file -> file.endsWith("order.ndjson") && text(file).contains("tg1:"))
                    .anyMatch(file -> file.toString().endsWith(".mv.db") && text(file).contains("A2IMPORT"));
            assertThat(all).allSatisfy(file -> assertThat(text(file)).as(file.toString()).doesNotContain(secrets));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Stream<String> results(String job) throws IOException {
        Path results = folder.resolve("data" + job).resolve("results.ndjson");
        // The last line may be one that is not checkpointed yet: it would be cut off, and asked for again.
        List<String> lines = Files.readAllLines(results);
        return lines.subList(0, lines.size() - 1).stream().map(line -> line.replaceFirst(".*\"asin\":\"([A-Z0-9]+)\".*", "$1"));
    }

    private Map<String, Long> asked() {
        return amazon.calls().stream().filter(call -> call.path().endsWith("restrictions"))
                .map(call -> AmazonServer.query(call.query()).get("asin")).filter(asin -> !asin.startsWith("X"))
                .collect(Collectors.groupingBy(asin -> asin, Collectors.counting()));
    }

    private Answer call(String seller) {
        Answer answer = process.gateway().send(HttpRequest.newBuilder(process.gateway()
                .uri("/sp-api/listings/2021-08-01/restrictions?asin=X000000009&sellerId=" + seller + "&marketplaceIds=ATVPDKIKX0DER"))
                .header("X-Seller-Id", seller));
        said.add(answer.headers() + answer.text());
        return answer;
    }

    private Answer gateway(String path) {
        Answer answer = process.gateway().get(path);
        said.add(answer.headers() + answer.text());
        return answer;
    }

    private JsonNode get(String path) {
        return gateway(path).json();
    }

    private Answer post(String path, String body) {
        Answer answer = process.gateway().request("POST", path, "application/json", body.getBytes(StandardCharsets.UTF_8));
        said.add(answer.headers() + answer.text());
        return answer;
    }

    private static String order(String seller, String letter, String refreshToken) {
        String asins = IntStream.range(0, ASINS).mapToObj(n -> "\"" + letter + "%09d\"".formatted(n)).collect(Collectors.joining(","));
        return "{\"sellerId\":\"" + seller + "\",\"asins\":[" + asins + "],\"marketplaceIds\":[\"ATVPDKIKX0DER\"]"
                + (refreshToken == null ? "" : ",\"refreshToken\":\"" + refreshToken + "\"") + "}";
    }

    private GatewayProcess start() {
        Map<String, String> settings = new HashMap<>();
        settings.put("tollgate.sp-api.base-url", amazon.url());
        settings.put("tollgate.sp-api.lwa-url", amazon.url() + "/auth/o2/token");
        settings.put("tollgate.sp-api.consent-url", amazon.url() + "/apps/authorize/consent");
        settings.put("tollgate.sp-api.redirect-uri", AmazonServer.CALLBACK);
        settings.put("tollgate.sp-api.client-id", SpApiSimulator.CLIENT_ID);
        settings.put("tollgate.sp-api.client-secret", SpApiSimulator.CLIENT_SECRET);
        settings.put("tollgate.sp-api.application-id", "amzn1.sp.solution.test");
        return GatewayProcess.start(folder, settings);
    }
}
