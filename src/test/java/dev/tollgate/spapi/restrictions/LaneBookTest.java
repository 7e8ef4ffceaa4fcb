package dev.tollgate.spapi.restrictions;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tollgate.spapi.OperationRate;
import dev.tollgate.spapi.OperationRates;

import static org.assertj.core.api.Assertions.assertThat;

class LaneBookTest {

    static LaneBook book(int calls, int perSeconds, int burst) {
        return new LaneBook(OperationRates.packaged(Map.of(OperationRates.GET_LISTINGS_RESTRICTIONS,
                OperationRate.of(calls, Duration.ofSeconds(perSeconds), burst))));
    }

    /** As many as leave in four seconds, the burst at least. */
    @ParameterizedTest
    @CsvSource({"5, 1, 10, 20", "1, 60, 10, 10", "1, 60, 1, 1", "1000, 1, 10, 400"})
    void aSellerHasTheLanesThatUseItsRate(int calls, int perSeconds, int burst, int lanes) {
        assertThat(book(calls, perSeconds, burst).open(List.of("A1"))).hasSize(lanes).containsOnly("A1");
    }

    @Test
    void whatIsOpenIsNotOpenedAgainAndWhatClosedIs() {
        LaneBook book = book(5, 1, 10);
        book.open(List.of("A1"));
        book.close("A1");
        book.close("A1");

        assertThat(book.open(List.of("A1", "A2"))).hasSize(22).endsWith(Collections.nCopies(20, "A2").toArray(String[]::new));
        assertThat(book.open(List.of("A1", "A2"))).isEmpty();
    }

    @Test
    void aHundredSellersShareTheThreads() {
        List<String> sellers = IntStream.range(0, 100).mapToObj(n -> "A" + n).toList();

        assertThat(book(5, 1, 10).open(sellers)).hasSize(LaneBook.MOST)
                .allSatisfy(seller -> assertThat(sellers).contains(seller)).containsAll(sellers);
    }
}
