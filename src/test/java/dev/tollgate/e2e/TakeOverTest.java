package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.support.RoutePolicySupport;
import org.junit.jupiter.api.Test;

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

    @Test
    void whatDoesNotStartIsNotTakenAndTheOldTimersGoOn() throws IOException {
        Path missing = Files.createTempDirectory("tollgate-files").resolve("missing");
        serve("beat.yaml", BEAT);
        await().until(() -> !beats.isEmpty());

        write("files.yaml", """
                - route:
                    id: files
                    description: Reads a folder
                    from: {uri: "file:%s?autoCreate=false&startingDirectoryMustExist=true", steps: [{log: "${body}"}]}
                """.formatted(missing));
        await().untilAsserted(() -> assertThat(rejected()).singleElement().asString().contains("/extra/files.yaml:2: ")
                .contains("The route files cannot").contains(missing.toString()));

        beats.clear();
        await().until(() -> !beats.isEmpty());
        assertThat(beats).containsOnly(gateway.get("/status").json().at("/routes/generation").asText());
        assertThat(readiness()).isEqualTo("UP");
        Files.delete(routes.resolve("extra/files.yaml"));
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
