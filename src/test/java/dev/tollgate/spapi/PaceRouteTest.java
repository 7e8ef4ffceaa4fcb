package dev.tollgate.spapi;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.kit.KitContext;
import dev.tollgate.spapi.sellers.Region;

import static org.assertj.core.api.Assertions.assertThat;

/** The policy's route as it ships, with the published rates, in front of an Amazon that answers as it is told. */
class PaceRouteTest {

    private static final String RESTRICTIONS = "/listings/2021-08-01/restrictions";
    private static final String QUERIES = "/dataKiosk/2023-11-15/queries";

    @TempDir
    Path data;

    private final OperationRates rates = OperationRates.packaged(Map.of());
    private final ConcurrentLinkedQueue<Long> arrivals = new ConcurrentLinkedQueue<>();
    private KitContext camel;
    /** By the number of the call, from 1 on: its status. */
    private volatile IntFunction<Integer> amazon = call -> 200;

    @BeforeEach
    void start() throws Exception {
        camel = new KitContext(data, Clock.systemUTC());
        camel.context().getRegistry().bind("operationRates", rates);
        Properties settings = new Properties();
        settings.setProperty("tollgate.sp-api.max-wait", "4s");
        settings.setProperty("tollgate.sp-api.application-rate", "20");
        camel.context().getPropertiesComponent().setInitialProperties(settings);
        camel.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:sp-api-leave").process(PaceRouteTest.this::answer);
            }
        });
        camel.load("pace.camel.yaml", Files.readString(Path.of("routes/sp-api/pace.camel.yaml")));
    }

    @AfterEach
    void stop() {
        camel.close();
    }

    private synchronized void answer(Exchange exchange) {
        arrivals.add(System.nanoTime());
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, amazon.apply(arrivals.size()));
        exchange.getMessage().setBody(new byte[0]);
    }

    private Exchange call(String seller, String method, String path) {
        SpApiCall call = new SpApiCall(seller, null, Region.NA, URI.create("https://amazon.test"), false, rates.operationOf(method, path),
                new SpApiRequest(method, path, null, Map.of(), null));
        return camel.context().createProducerTemplate().request("direct:sp-api-pace", call::ask);
    }

    private List<Exchange> atOnce(int calls, IntFunction<Exchange> call) {
        List<CompletableFuture<Exchange>> answers = IntStream.range(0, calls)
                .mapToObj(n -> CompletableFuture.supplyAsync(() -> call.apply(n), command -> new Thread(command).start())).toList();
        return answers.stream().map(CompletableFuture::join).toList();
    }

    private static boolean passed(Exchange answer) {
        return answer.getException() == null && answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class) == 200;
    }

    @Test
    void eachSellerAndOperationHasABucketOfItsOwn() {
        assertThat(atOnce(15, n -> call("A1", "POST", QUERIES))).allMatch(PaceRouteTest::passed);

        Exchange sixteenth = call("A1", "POST", QUERIES);

        assertThat(sixteenth.getException()).isInstanceOfSatisfying(Refusal.class, no -> {
            assertThat(no.getStatus()).isEqualTo(429);
            assertThat(no.getRetryAfterSeconds()).isBetween(50L, 61L);
        });
        assertThat(passed(call("A1", "GET", QUERIES + "/q-1"))).isTrue();
        assertThat(passed(call("A2", "POST", QUERIES))).isTrue();
        assertThat(arrivals).hasSize(17);
    }

    @Test
    void each429InARowWaitsTwiceAsLongUntilTheNextWouldBeTooLate() {
        amazon = call -> 429;

        Exchange answer = call("A1", "GET", RESTRICTIONS);

        assertThat(answer.getException()).isInstanceOfSatisfying(Refusal.class, no -> assertThat(no.getStatus()).isEqualTo(429));
        assertThat(arrivals).as("0.2, 0.4, 0.8 and 1.6 s apart, within four seconds").hasSizeBetween(3, 5);
    }

    @Test
    void theApplicationsOwnLimitHoldsOverAllSellers() {
        assertThat(atOnce(50, n -> call("A" + n, "GET", RESTRICTIONS))).allMatch(PaceRouteTest::passed);

        List<Long> all = List.copyOf(arrivals);
        assertThat(all).hasSize(50);
        assertThat(all.get(49) - all.get(0)).as("twenty a second, of which the first leave at once").isGreaterThan(1_900_000_000L);
    }
}
