package dev.tollgate.quota;

import java.time.LocalDate;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class QuotaStateTest {

    @ParameterizedTest(name = "{0} calls on {1}, asked on {2}: allowed {3}, shown {4}")
    @CsvSource({
        "0, 2026-11-22, 2026-11-22, true, 0",
        "9, 2026-11-22, 2026-11-22, true, 9",
        "10, 2026-11-22, 2026-11-22, false, 10",
        "11, 2026-11-22, 2026-11-22, false, 11",
        "10, 2026-11-22, 2026-11-23, true, 0",
        "10, 2025-11-22, 2026-11-22, true, 0",
        "3, 2026-11-22, 2026-11-21, false, 10",
        "0, 2026-11-22, 2026-11-21, false, 10",
    })
    void aDayHasRoomUntilItsLimitAndAnEarlierDayNever(int calls, LocalDate day, LocalDate today, boolean allowed, int shown) {
        QuotaState state = new QuotaState(day, calls);
        assertThat(state.on(today).allows(today, 10)).isEqualTo(allowed);
        assertThat(state.callsShownOn(today, 10)).isEqualTo(shown);
    }

    @ParameterizedTest(name = "{0} calls on the 22nd, one counted on {1} given back: {2}")
    @CsvSource({
        "5, 2026-11-22, 4",
        "0, 2026-11-22, 0",
        "5, 2026-11-21, 5",
        "5, 2026-11-23, 5",
    })
    void onlyACallOfTheSameDayIsGivenBack(int calls, LocalDate countedOn, int left) {
        QuotaState state = new QuotaState(LocalDate.parse("2026-11-22"), calls);
        assertThat(state.givenBack(countedOn).callsToday()).isEqualTo(left);
    }
}
