package dev.tollgate.quota;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.ManualClock;

import static org.assertj.core.api.Assertions.assertThat;

class DailyQuotaTest {

    @TempDir
    Path directory;
    Path file;
    ManualClock clock = new ManualClock("2026-11-22T10:00:00Z");

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("data/xai_token_state.json");
    }

    @Test
    void aGrantIsOnDiskWhenItIsGiven() throws Exception {
        try (DailyQuota quota = open(2)) {
            assertThat(quota.take()).isInstanceOf(QuotaDecision.Granted.class);
            assertThat(file).content().matches("\\{\"last_reset_date\":\"2026-11-22\",\"calls_today\":1,\"crc32c\":\"[0-9a-f]{8}\"}");
        }
    }

    @Test
    void theDenialSaysHowManyCallsWereMadeAndWhenToComeBack() throws Exception {
        try (DailyQuota quota = open(1)) {
            quota.take();
            assertThat(quota.take()).isEqualTo(new QuotaDecision.Denied(1, 1, Instant.parse("2026-11-23T00:00:00Z"),
                    "the daily limit of 1 calls is reached"));
            assertThat(quota.view()).isEqualTo(new QuotaView(1, 1, Instant.parse("2026-11-23T00:00:00Z"), 0));
        }
    }

    @Test
    void aPermitIsGivenBackOnceAndTheFileFollows() throws Exception {
        try (DailyQuota quota = open(1)) {
            Permit permit = granted(quota.take());
            assertThat(quota.giveBack(permit)).isEqualTo(GiveBack.RETURNED);
            assertThat(quota.giveBack(permit)).isEqualTo(GiveBack.ALREADY_RETURNED);
            assertThat(quota.view().callsToday()).isZero();
        }
        assertThat(file).content().contains("\"calls_today\":0");
    }

    @Test
    void aPermitOfYesterdayGivesTodayNothing() throws Exception {
        try (DailyQuota quota = open(5)) {
            Permit yesterday = granted(quota.take());
            clock.set("2026-11-23T00:00:00Z");
            quota.take();
            assertThat(quota.giveBack(yesterday)).isEqualTo(GiveBack.DAY_OVER);
            assertThat(quota.view().callsToday()).isEqualTo(1);
        }
    }

    @Test
    void aCountThatCannotBeWrittenDeniesTheCallAndIsNotCounted() throws Exception {
        try (DailyQuota quota = open(5)) {
            Path blockade = Files.createDirectory(directory.resolve("data/xai_token_state.json.tmp"));
            assertThat(quota.take()).isInstanceOfSatisfying(QuotaDecision.Denied.class,
                    denied -> assertThat(denied.reason()).contains("could not be counted"));
            Files.delete(blockade);
            assertThat(quota.take()).isInstanceOfSatisfying(QuotaDecision.Granted.class,
                    granted -> assertThat(granted.callsToday()).isEqualTo(1));
        }
    }

    @Test
    void aLimitOfZeroDeniesEveryCall() throws Exception {
        try (DailyQuota quota = open(0)) {
            assertThat(quota.take().isGranted()).isFalse();
        }
    }

    @Test
    void anInterruptedCallerHarmsNobody() throws Exception {
        try (DailyQuota quota = open(5)) {
            Thread.currentThread().interrupt();
            assertThat(quota.take().isGranted()).isTrue();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(quota.take().isGranted()).isTrue();
        }
    }

    @Test
    void nothingButTheStateWithItsLockAndMarkIsLeftBehind() throws Exception {
        try (DailyQuota quota = open(5)) {
            quota.take();
        }
        assertThat(names()).containsExactlyInAnyOrder("xai_token_state.json", "xai_token_state.json.lock",
                "xai_token_state.json.mark");
    }

    private List<String> names() throws IOException {
        try (var paths = Files.list(file.getParent())) {
            return paths.map(path -> path.getFileName().toString()).toList();
        }
    }

    private DailyQuota open(int limit) throws IOException {
        return DailyQuota.open(new QuotaSettings(file, limit, ZoneOffset.UTC, OnCorruptState.SPENT), clock);
    }

    private static Permit granted(QuotaDecision decision) {
        return ((QuotaDecision.Granted) decision).permit();
    }
}
