package dev.tollgate.metrics;

import java.time.Clock;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.tollgate.gateway.KeyHolder;

import static org.assertj.core.api.Assertions.assertThat;

class CallersTest {

    private final Callers callers = new Callers(Clock.systemUTC());

    @Test
    void callersOfThisMachineAreOneWhateverTheyPresent() {
        callers.answered(KeyHolder.LOOPBACK, "keepa", false);
        callers.answered(KeyHolder.loopback("one"), "keepa", true);
        callers.answered(KeyHolder.loopback("company:ACME"), "keepa", false);

        assertThat(callers.counted()).singleElement().satisfies(row -> assertThat(row).containsEntry("key", "loopback")
                .containsEntry("requests", 3L).containsEntry("denied", 1L));
    }

    @Test
    void moreKeysThanAreCountedTakeNoMoreRoomAndTheBusiestStay() {
        for (int i = 1; i <= 5 * Callers.MOST; i++) {
            callers.answered(key(i), "keepa", false);
            callers.answered(key(0), "keepa", false);
        }

        assertThat(callers.keys()).isLessThanOrEqualTo(Callers.MOST);
        assertThat(callers.counted()).hasSize(300);
        assertThat(callers.counted().get(0)).containsEntry("key", "id-0").containsEntry("requests", 5L * Callers.MOST);
    }

    private static KeyHolder key(int number) {
        return new KeyHolder("id-" + number, "shop " + number, false, Set.of("keepa"), null, null);
    }
}
