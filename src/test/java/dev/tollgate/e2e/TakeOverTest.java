package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.support.RoutePolicySupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** An edit moves what starts by itself (timers, Quartz, files) from the old routes to the new: all of it, or nothing. */
class TakeOverTest extends OwnRoutesTest {

    private static final List<String> readiness = new CopyOnWriteArrayList<>();
    private static final List<String> beats = new CopyOnWriteArrayList<>();

    private static final String BEAT = """
            - beans: [{name: beats, type: "dev.tollgate.e2e.TakeOverTest$Beats"}]
            - route:
                id: beat
                description: Ticks
                from: {uri: "timer:beat?period=50", steps: [{process: {ref: beats}}]}
            """;

    /** Asks whether the gateway is ready while a route with it is started or stopped: in the middle of an edit. */
    public static class Look extends RoutePolicySupport {

        @Override
        public void onStart(Route route) {
            readiness.add(OwnRoutesTest.readiness());
        }

        @Override
        public void onStop(Route route) {
            readiness.add(OwnRoutesTest.readiness());
        }
    }

    /** Ends a timer's start as a class does whose library is not on the class path. */
    public static class Lacks extends RoutePolicySupport {

        @Override
        public void onStart(Route route) {
            if (route.getEndpoint().getEndpointUri().startsWith("timer")) {
                throw new NoClassDefFoundError("org/example/Library");
            }
        }
    }

    /** Notes each beat, by the set of routes that it came from. */
    public static class Beats implements Processor {

        @Override
        public void process(Exchange exchange) {
            beats.add(exchange.getContext().getName());
        }
    }

    @Test
    void theGatewayIsReadyInTheMiddleOfAnEdit() throws IOException {
        serve("looked.yaml", looked("one"));
        await().until(() -> !readiness.isEmpty());
        serve("looked.yaml", looked("two"));
        await().until(() -> readiness.size() == 3); // the first is stopped, the second started

        assertThat(readiness).containsOnly("UP");
        assertThat(readiness()).isEqualTo("UP");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            file:/no/such/folder?autoCreate=false&startingDirectoryMustExist=true | /no/such/folder
            timer:lacking?period=60s                                              | org.example.Library
            """)
    void whatDoesNotStartIsNotTakenAndTheOldTimersGoOn(String uri, String why) throws IOException {
        write("beat.yaml", BEAT); // there already, the second time
        beats.clear();
        await().until(() -> !beats.isEmpty());

        write("lacking.yaml", """
                - beans: [{name: lacks, type: "dev.tollgate.e2e.TakeOverTest$Lacks"}]
                - route:
                    id: lacking
                    description: Does not start
                    routePolicy: "#lacks"
                    from: {uri: "%s", steps: [{log: "${body}"}]}
                """.formatted(uri));
        await().untilAsserted(() -> assertThat(rejected()).singleElement().asString().contains("/extra/lacking.yaml:")
                .contains("The route lacking cannot").contains(why));

        beats.clear();
        await().until(() -> !beats.isEmpty());
        assertThat(beats).containsOnly(gateway.get("/status").json().at("/routes/generation").asText());
        assertThat(readiness()).isEqualTo("UP");
        Files.delete(routes.resolve("extra/lacking.yaml"));
        await().until(() -> rejected().isEmpty());
    }

    private static String looked(String word) {
        return """
                - beans: [{name: look, type: "dev.tollgate.e2e.TakeOverTest$Look"}]
                - route:
                    id: looked
                    description: Ticks
                    routePolicy: "#look"
                    from: {uri: "timer:looked?period=60s", steps: [{log: "%s"}]}
                """.formatted(word);
    }
}
