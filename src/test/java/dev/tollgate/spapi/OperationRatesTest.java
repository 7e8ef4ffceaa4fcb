package dev.tollgate.spapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationRatesTest {

    private final OperationRates rates = new OperationRates(Map.of("getOrders", OperationRate.of(1, Duration.ofSeconds(1), 3)));

    @ParameterizedTest
    @CsvSource({"GET, /listings/2021-08-01/restrictions, getListingsRestrictions, 200000000, 10",
            "GET, /catalog/2022-04-01/items/B000000001, getCatalogItem, 500000000, 2",
            "GET, /catalog/2022-04-01/items, searchCatalogItems, 500000000, 2",
            "PUT, /listings/2021-08-01/items/A1SELLER/SKU%2F1, putListingsItem, 200000000, 5",
            "GET, /orders/v0/orders/123-456/orderItems, getOrderItems, 2000000000, 30",
            "POST, /feeds/2021-06-30/feeds, createFeed, 120000000000, 15",
            "GET, /orders/v0/orders, getOrders, 1000000000, 3",
            "GET, /shipping/v2/shipments/1/documents, other GET /shipping/v2, 1000000000, 2",
            "DELETE, /x, other DELETE /x, 1000000000, 2"})
    void aRequestsOperationHasItsRate(String method, String path, String operation, long nanosPerCall, int burst) {
        assertThat(rates.operationOf(method, path)).isEqualTo(operation);
        assertThat(rates.of(operation)).isEqualTo(new OperationRate(nanosPerCall, burst));
    }

    @ParameterizedTest
    @CsvSource({"5.0, 200000000", "0.0167, 59880239521", "10, 100000000", "0, 7", "-1, 7", "NaN, 7", "1e9, 7", "'', 7", "99999999, 7", "0.00000001, 7"})
    void onlyASaneRateIsLearned(String header, long nanosPerCall) {
        assertThat(new OperationRate(7, 3).limitedTo(header)).isEqualTo(new OperationRate(nanosPerCall, 3));
    }

    @Test
    void noHeaderTeachesNothing() {
        assertThat(new OperationRate(7, 3).limitedTo(null)).isEqualTo(new OperationRate(7, 3));
    }
}
