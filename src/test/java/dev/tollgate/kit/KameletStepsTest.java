package dev.tollgate.kit;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.gateway.Received;

import static org.assertj.core.api.Assertions.assertThat;

/** Whose message passes through the kit's kamelets itself, and whose is copied for each. */
class KameletStepsTest {

    private final List<Exchange> seen = new ArrayList<>();
    private KitContext kit;
    private ProducerTemplate calls;

    @BeforeEach
    void route(@TempDir Path data) {
        kit = new KitContext(data, Clock.systemUTC());
        new KameletSteps().configure(kit.context());
        kit.context().getRegistry().bind("look", (Processor) seen::add);
        kit.load("steps.yaml", """
                - route:
                    id: steps
                    from:
                      uri: direct:steps
                      steps:
                        - process: {ref: look}
                        - kamelet:
                            name: concurrency-action
                            parameters: {name: steps, atOnce: 1}
                            steps:
                              - process: {ref: look}
                """);
        calls = kit.context().createProducerTemplate();
    }

    @AfterEach
    void close() {
        kit.close();
    }

    @Test
    void ofAJobEachKameletHasACopyThatIsLetGoWithIt() {
        Exchange job = calls.send("direct:steps", exchange -> exchange.getMessage().setBody("work"));

        assertThat(job.getException()).isNull();
        assertThat(seen).hasSize(2);
        assertThat(seen.get(1)).isNotSameAs(seen.get(0));
    }

    @Test
    void aRequestGoesThroughItself() {
        Exchange request = calls.send("direct:steps", exchange -> exchange.setProperty(Received.ENTRANCE, "any"));

        assertThat(request.getException()).isNull();
        assertThat(seen).hasSize(2);
        assertThat(seen.get(1)).isSameAs(seen.get(0));
    }
}
