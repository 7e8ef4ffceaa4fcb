package dev.tollgate.door;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.component.properties.DefaultPropertiesParser;
import org.apache.camel.component.quartz.QuartzEndpoint;
import org.apache.camel.spi.CamelContextCustomizer;
import org.apache.camel.spring.boot.CamelConfigurationProperties;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.springframework.context.ApplicationContext;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.http.server.PathContainer;
import org.springframework.util.unit.DataSize;

import dev.tollgate.gateway.DoorProperties;
import dev.tollgate.upstream.TestClients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Generations as the factory builds them, without a web server. */
class GenerationTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path routes;

    private Generation generation;

    @BeforeEach
    void build() throws Exception {
        write("jobs", "platform-http:/jobs?httpMethodRestrict=GET");
        write("tick", "timer:tick?period=3600000");
        write("nightly", "quartz:nightly?cron=0+0+3+*+*+?");
        generation = build(routes);
    }

    @AfterEach
    void close() throws InterruptedException {
        generation.close(Duration.ZERO);
    }

    @Test
    void whatStartsByItselfWaitsUntilTheGenerationTakesOver() throws Exception {
        assertThat(started()).doesNotContain("tick", "nightly");
        assertThat(generation.notRunning()).as("what need not run yet").isEmpty();

        generation.takeOver();
        assertThat(started()).contains("tick", "nightly");
        assertThat(generation.notRunning()).isEmpty();

        generation.routes().getRouteController().stopRoute("tick");
        assertThat(generation.notRunning()).containsExactly("tick");
        generation.handOver();
        assertThat(started()).doesNotContain("tick", "nightly");
        assertThat(generation.notRunning()).as("what need not run any more").isEmpty();
    }

    private List<String> started() {
        return generation.everyRoute().stream().map(Route::getRouteId)
                .filter(id -> generation.routes().getRouteController().getRouteStatus(id) == ServiceStatus.Started).toList();
    }

    /** Camel starts an endpoint before it can be found, and a job that fires in between finds none and fails. */
    @Test
    void noJobFiresBeforeItsRouteCanBeFound() throws Exception {
        List<Scheduler> schedulers = new ArrayList<>();
        List<Boolean> started = new ArrayList<>();
        CamelContextCustomizer looks = context -> context.getCamelContextExtension().registerEndpointCallback((uri, endpoint) -> {
            if (endpoint instanceof QuartzEndpoint quartz) {
                Scheduler scheduler = quartz.getComponent().getScheduler();
                schedulers.add(scheduler);
                started.add(isStarted(scheduler));
            }
            return endpoint;
        });

        Generation next = build(routes, looks);

        try {
            assertThat(started).as("while the routes are loaded").containsExactly(false);
            assertThat(schedulers).allMatch(GenerationTest::isStarted);
        }
        finally {
            next.close(Duration.ZERO);
        }
    }

    private static boolean isStarted(Scheduler scheduler) {
        try {
            return scheduler.isStarted();
        }
        catch (SchedulerException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aClosedGenerationWaitsForTheRequestInside() throws Exception {
        generation.enter();
        generation.enter();
        Thread closing = closing(LONG);

        generation.leave();
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        assertThat(serves()).isTrue();

        generation.leave();
        closing.join(LONG.toMillis());
        assertThat(serves()).isFalse();
    }

    @Test
    void aClosedGenerationDoesNotWaitForever() throws Exception {
        generation.enter();

        closing(Duration.ofMillis(20)).join(LONG.toMillis());

        assertThat(serves()).isFalse();
    }

    @Test
    void anEmptyGenerationClosesAtOnce() throws Exception {
        closing(Duration.ofDays(1)).join(LONG.toMillis());

        assertThat(serves()).isFalse();
    }

    @Test
    void aBrokenFileBuildsNothing() throws IOException {
        Files.writeString(routes.resolve("broken.camel.yaml"), "- route:\n    from:\n      uri: platform-http:/x\n      stops: []\n");

        assertThatThrownBy(() -> build(routes)).hasMessageContaining("stops");
        assertThat(serves()).as("the one from before").isTrue();
    }

    @ParameterizedTest
    @CsvSource({ "org.apache.camel.LoggingLevel, warn, WARN", "org.apache.camel.component.http.HttpMethods, POST, POST",
            "org.apache.camel.component.http.HttpMethods, get, GET" })
    void whatCallsNameByTextIsReadWithoutASearchThroughEveryConverter(Class<?> type, String text, String constant) {
        assertThat(generation.routes().getTypeConverterRegistry().lookup(type, String.class)).isNotNull();
        assertThat(generation.routes().getTypeConverter().convertTo(type, text)).hasToString(constant);
    }

    @ParameterizedTest
    @ValueSource(classes = { byte[].class, String.class, InputStream.class })
    void aMessageWithoutABodyIsNothingWithoutASearchThroughEveryConverter(Class<?> wanted) {
        Exchange exchange = new DefaultExchange(generation.routes());
        assertThat(exchange.getMessage().getBody(wanted)).isNull();
        assertThat(generation.routes().getTypeConverterRegistry().lookup(wanted, exchange.getMessage().getClass())).isNotNull();
    }

    private Thread closing(Duration patience) {
        Thread closing = new Thread(() -> {
            try {
                generation.close(patience);
            }
            catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        closing.start();
        return closing;
    }

    private boolean serves() {
        return generation.lookup("GET", PathContainer.parsePath("/jobs")).match().orElseThrow().consumer().getEndpoint().getCamelContext().isStarted();
    }

    static Generation build(Path routes, CamelContextCustomizer... customizers) throws Exception {
        StaticApplicationContext beans = new StaticApplicationContext();
        for (CamelContextCustomizer customizer : customizers) {
            beans.getBeanFactory().registerSingleton(customizer.toString(), customizer);
        }
        beans.refresh();
        DoorProperties properties = new DoorProperties(routes.toString(), DataSize.ofMegabytes(1), LONG);
        return factory(properties, beans).build(new RouteFiles(properties, beans.getEnvironment()).read());
    }

    static GenerationFactory factory(DoorProperties properties, ApplicationContext beans) {
        return new GenerationFactory(beans, new CamelConfigurationProperties(), new DefaultPropertiesParser(), properties, TestClients.usual());
    }

    /** A route that answers its own id. */
    static String route(String id, String uri) {
        return """
                - route:
                    id: %s
                    from:
                      uri: "%s"
                      steps:
                        - setBody:
                            constant: %s
                """.formatted(id, uri, id);
    }

    private void write(String id, String uri) throws IOException {
        Files.writeString(routes.resolve(id + ".camel.yaml"), route(id, uri));
    }
}
