package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tollgate.sandbox.SimulatedReply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The packaged gateway with little heap: it says that this is too little, or it serves. */
class HeapFloorIT {

    private static final List<String> COLLECTORS = List.of("-XX:+UseSerialGC", "-XX:+UseG1GC");
    private static final List<String> PAGES = List.of("/", "/status", "/openapi.json", "/docs", "/actuator/prometheus", "/jobs");

    @TempDir
    Path folder;

    static Stream<List<String>> tooLittle() {
        return Stream.of("8m", "16m", "32m", "64m", "80m").flatMap(heap -> COLLECTORS.stream().map(collector -> List.of("-Xmx" + heap, collector)));
    }

    static Stream<List<String>> enough() {
        return Stream.of("96m", "128m").flatMap(heap -> COLLECTORS.stream().map(collector -> List.of("-Xmx" + heap, collector)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tooLittle")
    void withTooLittleItEndsWithASentenceAndHasTouchedNothing(List<String> flags) {
        for (Path jdk : jdks()) {
            GatewayProcess.Ended ended = GatewayProcess.refused(jdk, flags, folder);

            assertThat(ended.status()).isEqualTo(1);
            assertThat(ended.console()).contains("Tollgate needs 96 MB at least. Start it with -Xmx96m or more; 512 MB are right for ordinary use.")
                    .doesNotContain("OutOfMemoryError", "\tat ");
            assertThat(folder.resolve("data")).doesNotExist();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("enough")
    void withTheLeastItServesEveryPageAndAFewCallers(List<String> flags) throws Exception {
        try (GeminiStub gemini = new GeminiStub(); XaiStub xai = new XaiStub(); KeepaStub keepa = new KeepaStub()) {
            keepa.reset(call -> new SimulatedReply(200, Map.of("Content-Type", "application/json"),
                    "{\"timestamp\":1,\"tokensLeft\":60000,\"refillIn\":1000,\"refillRate\":1000,\"tokensConsumed\":1,\"products\":[]}"
                            .getBytes(StandardCharsets.UTF_8)));
            HungUpstream.seed(folder);
            for (Path jdk : jdks()) {
                serves(jdk, flags, Map.of("tollgate.gemini.base-url", gemini.url(), "tollgate.xai.base-url", xai.url(),
                        "tollgate.keepa.base-url", keepa.url(), "tollgate.keepa.api-key", "keepa-of-this-test"));
            }
        }
    }

    private void serves(Path jdk, List<String> flags, Map<String, String> settings) throws IOException {
        try (GatewayProcess process = GatewayProcess.mortal(jdk, flags, folder, new HashMap<>(settings), Map.of("XAI_API_KEY", "xai-of-this-test"))) {
            Gateway gateway = process.gateway();
            for (int round = 0; round < 5; round++) {
                PAGES.forEach(page -> assertThat(gateway.get(page).status()).as(page).isEqualTo(200));
                assertThat(Callers.statuses(new Callers(gateway, "HUNG", 20).outcomes())).isEqualTo(Map.of(200, 20L));
                for (int i = 0; i < 20; i++) {
                    assertThat(gateway.get("/keepa/product?domain=1&asin=B" + i).status()).isEqualTo(200);
                    assertThat(gateway.request("POST", "/judge", "application/json", "{\"title\":\"a%d\",\"category\":\"b\",\"season\":\"c\",\"price\":1}"
                            .formatted(i + round * 20).getBytes(StandardCharsets.UTF_8)).status()).isEqualTo(200);
                }
            }
            System.out.printf("%s with %s: %.1f MB in use after a collection%n", jdk.getFileName(), flags, process.liveBytes() / 1e6);
            assertThat(process.isAlive()).as(process.console()).isTrue();
            assertThat(process.console()).doesNotContain("OutOfMemoryError");
        }
    }

    private static List<Path> jdks() {
        List<Path> found = Stream.of(17, 25).map(InstalledJdks::home).flatMap(Optional::stream).toList();
        assumeTrue(!found.isEmpty(), "neither a JDK 17 nor a JDK 25 was found");
        return found;
    }
}
