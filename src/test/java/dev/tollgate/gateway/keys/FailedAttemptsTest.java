package dev.tollgate.gateway.keys;

import java.time.Duration;

import dev.tollgate.ManualClock;


import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FailedAttemptsTest {

    private final ManualClock clock = new ManualClock();
    private final FailedAttempts attempts = new FailedAttempts(new KeyProperties(Duration.ofSeconds(10),
            Duration.ofMinutes(15), 100, Duration.ofMinutes(1), 3, Duration.ofMinutes(1)), clock);

    @Test
    void anAddressWaitsForTheEndOfItsWindowAfterTooManyWrongKeys() {
        fail("192.0.2.1", 2);
        assertThat(attempts.waitOf("192.0.2.1")).isEmpty();
        clock.advance(Duration.ofSeconds(20));
        fail("192.0.2.1", 1);
        assertThat(attempts.waitOf("192.0.2.1")).contains(Duration.ofSeconds(40));
        assertThat(attempts.waitOf("192.0.2.2")).isEmpty();
        clock.advance(Duration.ofSeconds(40));
        assertThat(attempts.waitOf("192.0.2.1")).isEmpty();
        fail("192.0.2.1", 1);
        assertThat(attempts.waitOf("192.0.2.1")).isEmpty();
    }

    @Test
    void anIpv6NetworkCountsAsOneAddress() {
        fail("2001:db8:1:2::1", 1);
        fail("2001:db8:1:2:ffff::9", 1);
        fail("2001:db8:1:2::ffff", 1);
        assertThat(attempts.waitOf("2001:db8:1:2:3:4:5:6")).isPresent();
        assertThat(attempts.waitOf("2001:db8:1:3::1")).isEmpty();
    }

    @Test
    void anAddressOfTheAdminIsTrustedForAWhile() {
        attempts.trustAdmin("192.0.2.1");
        assertThat(attempts.trustsAdmin("192.0.2.1")).isTrue();
        clock.advance(Duration.ofMinutes(16));
        assertThat(attempts.trustsAdmin("192.0.2.1")).isFalse();
    }

    private void fail(String address, int times) {
        for (int i = 0; i < times; i++) {
            attempts.failed(address);
        }
    }
}
