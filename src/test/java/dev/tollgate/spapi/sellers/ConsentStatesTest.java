package dev.tollgate.spapi.sellers;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.tollgate.ManualClock;

import static org.assertj.core.api.Assertions.assertThat;

class ConsentStatesTest {

    private static final ConsentStates.Request REQUEST =
            new ConsentStates.Request(Marketplaces.find("US").orElseThrow(), "", "");

    private final ManualClock clock = new ManualClock();
    private final ConsentStates states = new ConsentStates(clock);

    @Test
    void aStateIs256RandomBitsAndNeverRepeats() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            ConsentStates.Begun begun = states.begin(REQUEST, null);
            assertThat(begun.state()).matches("[A-Za-z0-9_-]{43}");
            assertThat(seen.add(begun.state())).isTrue();
            assertThat(begun.toString()).doesNotContain(begun.state());
        }
    }

    @Test
    void ofManyCallbacksAtOnceOneCounts() {
        ConsentStates.Begun begun = states.begin(REQUEST, null);

        long valid = IntStream.range(0, 64).parallel()
                .filter(i -> states.take(begun.state(), begun.browser()) instanceof ConsentStates.Valid).count();

        assertThat(valid).isEqualTo(1);
    }

    @Test
    void aFloodOfStartsIsBoundedAndDropsTheOldest() {
        ConsentStates.Begun first = states.begin(REQUEST, null);
        for (int i = 0; i < ConsentStates.MOST; i++) {
            states.begin(REQUEST, null);
        }

        assertThat(states.size()).isEqualTo(ConsentStates.MOST);
        assertThat(states.take(first.state(), first.browser())).isEqualTo(new ConsentStates.Invalid(ConsentStates.Why.UNKNOWN));
    }

    @Test
    void endedStatesAreForgottenInTheEnd() {
        IntStream.range(0, 100).forEach(i -> states.begin(REQUEST, null));
        clock.advance(Duration.ofMinutes(21));

        states.begin(REQUEST, null);

        assertThat(states.size()).isEqualTo(1);
    }

    @Test
    void aCookieThatIsNoneOfOursIsReplaced() {
        assertThat(states.begin(REQUEST, "x; Domain=evil").browser()).matches("[A-Za-z0-9_-]{43}");
        String own = states.begin(REQUEST, null).browser();
        assertThat(states.begin(REQUEST, own).browser()).isEqualTo(own);
    }
}
