package dev.tollgate.kit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.VirtualTime;
import dev.tollgate.budget.Charge;
import dev.tollgate.budget.Price;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.queue.Admission;
import dev.tollgate.queue.Quote;
import dev.tollgate.quota.CalendarPeriod;

import static org.assertj.core.api.Assertions.assertThat;

/** What a gateway knew of an own API when it stopped, the next one goes on with. */
class KitRestartTest {

    private static final BucketSettings TEN_AN_HOUR = new BucketSettings(10, Duration.ofHours(1), Duration.ofHours(1), 10, 0,
            Duration.ofSeconds(1), 100, Duration.ofMinutes(3), false, false);

    private static final Quotas.Limit ONE_A_DAY = new Quotas.Limit(1, ZoneOffset.UTC, CalendarPeriod.DAY, false);

    @TempDir
    Path data;

    private final VirtualTime time = new VirtualTime();

    @Test
    void aSpentBucketIsStillSpent() {
        try (Buckets before = new Buckets(data, clock())) {
            TokenBucket bucket = before.bucket("weather", "", 1, TEN_AN_HOUR);
            Admission all = call(bucket, 10);
            bucket.queue().end(all, new Charge(all.id(), 10));
        }
        try (Buckets after = new Buckets(data, clock())) {
            TokenBucket bucket = after.bucket("weather", "", 2, TEN_AN_HOUR);
            assertThat(call(bucket, 1).isDenied()).isTrue();
            time.pass(Duration.ofHours(1));
            assertThat(call(bucket, 1).isAdmitted()).isTrue();
        }
    }

    @Test
    void aSpentDayIsStillSpent() throws IOException {
        try (Quotas before = new Quotas(data, clock())) {
            assertThat(before.quota("weather", 1, ONE_A_DAY).take("").isGranted()).isTrue();
        }
        try (Quotas after = new Quotas(data, clock())) {
            assertThat(after.quota("weather", 2, ONE_A_DAY).take("").isGranted()).isFalse();
            time.pass(Duration.ofDays(1));
            assertThat(after.quota("weather", 2, ONE_A_DAY).take("").isGranted()).isTrue();
        }
    }

    @Test
    void newerRoutesWinOverOlderOnesThatStillFinishTheirCalls() {
        try (Buckets buckets = new Buckets(data, clock())) {
            BucketSettings twenty = new BucketSettings(20, Duration.ofHours(1), Duration.ofHours(1), 20, 0, Duration.ofSeconds(1), 100,
                    Duration.ofMinutes(3), false, false);
            buckets.bucket("weather", "", 1, TEN_AN_HOUR);
            assertThat(buckets.bucket("weather", "", 2, twenty).queue().state().plan()).isEqualTo(twenty.plan());
            assertThat(buckets.bucket("weather", "", 1, TEN_AN_HOUR).queue().state().plan()).isEqualTo(twenty.plan());
        }
    }

    private static Admission call(TokenBucket bucket, long cost) {
        return bucket.queue().arrive(new Quote("x", 1, cost * 1000, cost), Price.exactly(cost), ServiceClass.INTERACTIVE);
    }

    private Clock clock() {
        return time.withZone(ZoneOffset.UTC);
    }
}
