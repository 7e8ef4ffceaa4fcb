package dev.tollgate.spapi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.settings.SettingException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OperationRatesTest {

    private final Operations table = Operations.packaged();
    private final OperationRates rates = new OperationRates(table, Map.of("getOrders", OperationRate.of(1, Duration.ofSeconds(1), 3)));

    @ParameterizedTest
    @CsvSource({"GET, /listings/2021-08-01/restrictions, getListingsRestrictions, 200000000, 10",
            "GET, /catalog/2022-04-01/items/B000000001, getCatalogItem, 500000000, 2",
            "GET, /catalog/2022-04-01/items, searchCatalogItems, 500000000, 2",
            "GET, /catalog/2022-04-01/items/, searchCatalogItems, 500000000, 2",
            "PUT, /listings/2021-08-01/items/A1SELLER/SKU%2F1, putListingsItem, 200000000, 10",
            "GET, /orders/v0/orders/123-456/orderItems, getOrderItems, 2000000000, 30",
            "GET, /orders/v0/orders/123-456/orderIte%6ds, getOrderItems, 2000000000, 30",
            "GET, /orders/2026-01-01/orders/123-456, getOrder-orders-2026-01-01, 2000000000, 30",
            "POST, /feeds/2021-06-30/feeds, createFeed, 120481927711, 15",
            "GET, /orders/v0/orders, getOrders, 1000000000, 3",
            "POST, /dataKiosk/2023-11-15/queries, createQuery, 59880239521, 15",
            "GET, /dataKiosk/2023-11-15/queries/1, getQuery, 500000000, 15",
            "GET, /dataKiosk/2023-11-15/documents/1, getDocument, 59880239521, 15",
            "GET, /awd/2024-05-09/replenishmentOrders/1, getReplenishmentOrder, 1000000000, 2"})
    void aRequestsOperationHasItsRate(String method, String path, String operation, long nanosPerCall, int burst) {
        assertThat(rates.operationOf(method, path)).isEqualTo(operation);
        assertThat(rates.of(operation)).isEqualTo(new OperationRate(nanosPerCall, burst));
    }

    static Stream<Operations.Operation> published() {
        return Operations.packaged().all().stream();
    }

    /** Whatever a seller's part of the path is, it is that operation and no other. */
    @ParameterizedTest
    @MethodSource("published")
    void everyOperationIsFoundByItsPath(Operations.Operation operation) {
        for (String id : new String[] {"B000000001", "123-1234567-1234567", "a%2Fb", "items", "%E5%95%86", "v0"}) {
            String path = "/" + String.join("/", operation.path()).replace("{}", id);
            assertThat(table.of(operation.method(), path)).isEqualTo(operation);
        }
        assertThat(operation.rate() == null || operation.rate().burst() >= Math.min(5, Math.ceil(1e9 / operation.rate().nanosPerCall() - 0.01)))
                .as("a burst that is learned is none that Amazon refuses").isTrue();
    }

    @Test
    void noTwoOperationsShareABucketEvenWhereTheTableKnowsNoneOfThem() {
        Operations none = Operations.parse("operation,method,path,rate,burst,scope\nx,GET,/x,1,1,\n");

        assertThat(table.all().stream().map(one -> none.of(one.method(), "/" + String.join("/", one.path()).replace("{}", "B01-2")).name()))
                .doesNotHaveDuplicates().hasSizeGreaterThan(360);
        assertThat(rates.of("GET /new/v1/things/{}")).isEqualTo(new OperationRate(1_000_000_000, 2));
    }

    @ParameterizedTest
    @CsvSource({"GET, /new/2027-01-01/things/A-1, GET /new/2027-01-01/things/{}", "GET, /new/2027-01-01/things/B%2F2, GET /new/2027-01-01/things/{}",
            "POST, /new/2027-01-01/things/7/undo, POST /new/2027-01-01/things/{}/undo", "DELETE, /x, DELETE /x", "GET, /, 'GET '"})
    void anUnknownOperationIsTheShapeOfItsPath(String method, String path, String operation) {
        assertThat(rates.operationOf(method, path)).isEqualTo(operation);
        assertThat(rates.knows(operation)).isFalse();
    }

    @Test
    void aShapeOfAnyLengthIsShortAndItsOwn() {
        String deep = "/new/v1" + "/things".repeat(1_000);

        assertThat(rates.operationOf("GET", deep)).hasSizeLessThanOrEqualTo(200).isNotEqualTo(rates.operationOf("GET", deep + "/undo"));
    }

    @ParameterizedTest
    @CsvSource({"5.0, 200000000, 5", "0.0167, 59880239521, 3", "10, 100000000, 5", "2.5, 400000000, 3", "9999.5, 100006, 5", "0, 7, 3", "-1, 7, 3",
            "NaN, 7, 3", "1e9, 7, 3", "'', 7, 3", "99999999, 7, 3", "0.00000001, 7, 3"})
    void onlyASaneRateIsLearnedAndWhereNoneIsPublishedABurst(String header, long nanosPerCall, int learned) {
        assertThat(new OperationRate(7, 3).limitedTo(header)).isEqualTo(new OperationRate(nanosPerCall, 3));
        assertThat(new OperationRate(7, 3).learnedFrom(header)).isEqualTo(new OperationRate(nanosPerCall, learned));
    }

    @Test
    void noHeaderTeachesNothing() {
        assertThat(new OperationRate(7, 3).limitedTo(null)).isEqualTo(new OperationRate(7, 3));
    }

    @Test
    void aSettingForAnOperationThatIsNoneIsNotIgnored() {
        assertThatThrownBy(() -> new OperationRates(table, Map.of("getOrdres", OperationRate.of(1, Duration.ofSeconds(1), 3))))
                .isInstanceOf(SettingException.class).hasMessageContainingAll("tollgate.sp-api.rates.getOrdres", "operations.csv");
    }

    @ParameterizedTest
    @ValueSource(strings = {"getOrders,GET,/orders,1", "get Orders,GET,/orders,1,1,", "getOrders,get,/orders,1,1,", "getOrders,GET,orders,1,1,",
            "getOrders,GET,/orders,,1,", "getOrders,GET,/orders,fast,1,", "getOrders,GET,/orders,1,0,", "getOrders,GET,/orders,0,1,",
            "getOrders,GET,/orders,99999,1,", "x,GET,/y,1,1,"})
    void aLineThatCannotBeReadIsNamed(String line) {
        String head = "# remark\noperation,method,path,rate,burst,scope\nx,GET,/x,0.5,1,\n";
        assertThatThrownBy(() -> Operations.parse(head + line)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sp-api/operations.csv, line 4: ");
    }

    @Test
    void theFileBesideTheRouteServesBeforeTheOneInTheJar(@TempDir Path routes) throws IOException {
        assertThat(Operations.read(routes).named("getOrders")).isPresent();
        Files.createDirectories(routes.resolve("sp-api"));
        Files.writeString(routes.resolve("sp-api/operations.csv"), "operation,method,path,rate,burst,scope\r\nmine,GET,/mine/{},3,4,\r\n");

        assertThat(Operations.read(routes).all()).singleElement().satisfies(mine -> assertThat(mine.rate().burst()).isEqualTo(4));
    }
}
