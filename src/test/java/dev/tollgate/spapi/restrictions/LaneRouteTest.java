package dev.tollgate.spapi.restrictions;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The route of a lane alone, with the steps that it calls as the scenario wants them. */
class LaneRouteTest {

    private final LaneBook lanes = LaneBookTest.book(5, 1, 10);
    private final AtomicInteger left = new AtomicInteger(2);
    private final AtomicInteger asked = new AtomicInteger();
    private final CamelContext context = new DefaultCamelContext();
    private RuntimeException fault;
    private RuntimeException faultOfNext;

    @BeforeEach
    void start() throws Exception {
        lanes.open(List.of("S1"));
        String file = Files.readString(Path.of("routes/sp-api/restrictions.camel.yaml"));
        String lane = Arrays.stream(file.split("(?m)^(?=- )")).filter(item -> item.contains("id: restriction-check-lane\n")).findFirst().orElseThrow();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:restriction-check-next").process(exchange -> {
                    lanes.closeWith(exchange, "S1");
                    if (faultOfNext != null) {
                        throw faultOfNext;
                    }
                    exchange.setProperty(RestrictionWork.PROPERTY, left.getAndDecrement() > 0 ? "work" : null);
                });
                from("direct:restriction-check-product").process(exchange -> {
                    asked.incrementAndGet();
                    if (fault != null) {
                        throw fault;
                    }
                });
            }
        });
        context.start();
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("lane.camel.yaml", lane.replaceAll("(?m)^ +routeConfigurationId: .*\n", "")));
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void aLaneAsksUntilNothingIsLeftAndIsClosed() {
        run();
        assertThat(asked).hasValue(2);
        assertThat(lanes.open(List.of("S1"))).as("opened again").hasSize(1);
    }

    @Test
    void aLaneWhoseVerdictCannotBeSettledIsClosed() {
        fault = new IllegalStateException("the disk is full, and so is the job's state");
        assertThatThrownBy(this::run).hasRootCause(fault);
        assertThat(asked).hasValue(1);
        assertThat(lanes.open(List.of("S1"))).as("opened again").hasSize(1);
    }

    @Test
    void aLaneThatFindsNoWorkForWantOfADatabaseIsClosed() {
        faultOfNext = new IllegalStateException("the database is away");
        assertThatThrownBy(this::run).hasRootCause(faultOfNext);
        assertThat(lanes.open(List.of("S1"))).as("opened again").hasSize(1);
    }

    private void run() {
        Exchange told = context.createFluentProducerTemplate().withExchangeProperty("restrictionSeller", "S1").to("direct:restriction-check-lane").send();
        if (told.getException() != null) {
            throw new IllegalStateException(told.getException());
        }
    }
}
