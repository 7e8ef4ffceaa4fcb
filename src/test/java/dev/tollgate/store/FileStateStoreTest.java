package dev.tollgate.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.budget.Bucket;
import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Decision;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.Price;
import dev.tollgate.budget.Reading;
import dev.tollgate.budget.Reserve;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.budget.Settle;
import dev.tollgate.budget.Terms;
import dev.tollgate.disk.CheckedLine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class FileStateStoreTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Terms TERMS = new Terms(0, Duration.ofSeconds(100), Duration.ofMinutes(3));

    @TempDir
    Path directory;

    @Test
    void balancePhaseAndReservationsSurviveARestart() {
        BucketState before;
        try (var store = store()) {
            reserve(store, "a", NOW.plusSeconds(20));
            store.update("keepa", s -> Bucket.next(s, new Settle("a", new Reading(7, -231, 17_000, 20, 900), 531),
                    NOW.plusSeconds(21)));
            store.update("keepa", s -> new Step<>(s, "nothing new"));
            before = store.get("keepa");
        }
        try (var store = store()) {
            assertThat(store.get("keepa")).isEqualTo(before);
            assertThat(store.get("keepa").nextTick()).isEqualTo(NOW.plusSeconds(38).toEpochMilli());
        }
    }

    @Test
    void aReservationOfAProcessThatDiedEndsWithItsLease() {
        try (var store = store()) {
            reserve(store, "a", NOW);
        }
        try (var store = store()) {
            assertThat(store.get("keepa").available()).isEqualTo(270_000);
            assertThat(Bucket.advance(store.get("keepa"), NOW.plusSeconds(180)).available()).isEqualTo(300_000);
        }
    }

    @Test
    void aChangeIsWrittenWithoutAnybodyAsking() {
        var store = store();
        reserve(store, "a", NOW);
        await().until(() -> Files.exists(directory.resolve("keepa.json")));
        store.close();
    }

    @Test
    void aFileThatCannotBeReadIsSetAside() throws IOException {
        Files.writeString(directory.resolve("keepa.json"), "{\"at\":1");
        try (var store = store()) {
            assertThat(store.get("keepa").available()).isEqualTo(300_000);
        }
        try (var files = Files.list(directory)) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("keepa.json.corrupt-")))
                    .singleElement().satisfies(copy -> assertThat(copy).hasContent("{\"at\":1"));
        }
    }

    @Test
    void aDraftThatWasNeverFinishedIsIgnored() throws IOException {
        try (var store = store()) {
            reserve(store, "a", NOW);
        }
        Files.writeString(directory.resolve("keepa.json.tmp"), "{\"at");
        try (var store = store()) {
            assertThat(store.get("keepa").available()).isEqualTo(270_000);
        }
    }

    @Test
    void fieldsOfANewerReleaseAreSkipped() throws IOException {
        try (var store = store()) {
            reserve(store, "a", NOW);
        }
        Path file = directory.resolve("keepa.json");
        String newer = CheckedLine.ofContent(Files.readAllBytes(file)).text().replaceFirst("\\{", "{\"mood\":\"good\",");
        Files.write(file, CheckedLine.seal(newer.getBytes(UTF_8)));
        try (var store = store()) {
            assertThat(store.get("keepa").available()).isEqualTo(270_000);
        }
        Files.writeString(file, newer);
        try (var store = store()) {
            assertThat(store.get("keepa").available()).isEqualTo(270_000);
        }
    }

    private static Decision reserve(StateStore<BucketState> store, String id, Instant at) {
        return store.update("keepa", s -> Bucket.next(s,
                new Reserve(id, new Price(30, 60), ServiceClass.INTERACTIVE, TERMS), at));
    }

    private FileStateStore<BucketState> store() {
        return new FileStateStore<>(directory, new JsonCodec<>(BucketState.class),
                key -> BucketState.unheard(Plan.ofRate(5, 0, 60_000), 300, NOW));
    }
}
