package dev.tollgate.e2e;

import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** An address that presents wrong keys. */
@TestPropertySource(properties = "tollgate.keys.failures=3")
class SlowedTest extends KeyTest {

    @Test
    void afterTooManyWrongKeysAnAddressWaitsButKnownKeysAndTheOperatorDoNot() {
        String known = keyFor("\"status\"", null);
        assertThat(call("GET", "/status", known, null).status()).isEqualTo(200);
        for (int i = 0; i < 3; i++) {
            assertThat(call("GET", "/status", "wrong", null).status()).isEqualTo(401);
        }

        var slowed = call("GET", "/status", "wrong", null);
        assertThat(slowed.status()).isEqualTo(429);
        assertThat(Long.parseLong(slowed.header("Retry-After"))).isBetween(1L, 60L);
        assertThat(call("GET", "/status", known, null).status()).isEqualTo(200);
        assertThat(admin("GET", "/admin/keys", null).status()).isEqualTo(200);
        assertThat(call("GET", "/status", null, null).status()).as("no key at all").isEqualTo(401);
        assertThat(call("GET", "/actuator/health", "wrong", null).status()).as("public").isEqualTo(200);
        assertThat(call("GET", "/keepa/token?key=wrong", null, null).json().path("refillIn").asLong()).isPositive();
        assertThat(call("POST", "/auth/o2/token", null, "{}").status()).isEqualTo(429);
    }
}
