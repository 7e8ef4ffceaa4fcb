package dev.tollgate.keepa;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import dev.tollgate.queue.CostEstimator;
import dev.tollgate.queue.Quote;

import static org.assertj.core.api.Assertions.assertThat;

/** The price list: every line of price-list.txt holds. */
class PriceListTest {

    @TestFactory
    Stream<DynamicTest> aCallIsPricedBeforeItLeaves() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("price-list.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.startsWith("#")).map(line -> line.split("\\s*\\|\\s*")).toList().stream()
                    .map(row -> DynamicTest.dynamicTest(row[0] + "?" + row[1] + " " + row[2], () -> check(row)));
        }
    }

    @Test
    void anInsanelyLongListIsPricedTooAndNeverThrows() {
        String codes = String.join(",", Collections.nCopies(200_000, "1"));

        Quote quote = PriceList.quote(KeepaCall.of("/product", "offers=100&code=" + codes, null));

        assertThat(new CostEstimator().price(quote).bound()).isEqualTo(1_000_000_000L);
    }

    private static void check(String[] row) {
        Quote quote = PriceList.quote(KeepaCall.of(row[0], row[1], row[2].getBytes(StandardCharsets.UTF_8)));

        assertThat(quote.expectedMilli()).isEqualTo(row[3].endsWith("m")
                ? Long.parseLong(row[3].substring(0, row[3].length() - 1)) : 1000 * Long.parseLong(row[3]));
        assertThat(quote.bound()).isEqualTo(Long.parseLong(row[4]));
        assertThat(quote.shape()).isEqualTo(row[5].trim());
    }
}
