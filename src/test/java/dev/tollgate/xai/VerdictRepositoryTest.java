package dev.tollgate.xai;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import dev.tollgate.kit.Flights;
import dev.tollgate.verdict.CacheSettings;
import dev.tollgate.verdict.VerdictCache;
import dev.tollgate.verdict.VerdictKey;

import static org.assertj.core.api.Assertions.assertThat;

/** What Camel's idempotent consumer asks of its repository, in the order in which it asks. */
class VerdictRepositoryTest {

    @TempDir
    Path data;

    private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    private final Flights<Judgement> flights = new Flights<>(Duration.ofSeconds(20), 3);
    private VerdictCache cache;
    private VerdictRepository verdicts;

    @BeforeEach
    void open() throws IOException {
        cache = VerdictCache.open(new CacheSettings(data.resolve("xai_cache.json"), 10, Optional.empty()), Clock.systemUTC());
        XaiProperties properties = new Binder(new MapConfigurationPropertySource()).bindOrCreate("tollgate.xai", XaiProperties.class);
        verdicts = new VerdictRepository(new JudgePolicy(cache, null, new PolicyFiles(Path.of("routes")), properties, null), flights);
    }

    @AfterEach
    void close() throws IOException {
        cache.close();
    }

    @Test
    void theFirstWhoAsksEndsItsFlightOnce() {
        assertThat(verdicts.add(exchange, "key")).isTrue();
        exchange.setVariable(VerdictRepository.JUDGEMENT, Judgement.fresh(false, null));
        assertThat(verdicts.confirm(exchange, "key")).isTrue();

        assertThat(flights.size()).isZero();
        assertThat(verdicts.confirm(exchange, "key")).isFalse();
    }

    @Test
    void aDuplicateHasTheKeptVerdictIsConfirmedAsWellAndLeadsNothing() {
        assertThat(verdicts.contains("key")).isFalse();
        cache.save(new VerdictKey("key"), false);

        assertThat(verdicts.contains("key")).isTrue();
        assertThat(verdicts.add(exchange, "key")).isFalse();
        assertThat(exchange.getVariable(VerdictRepository.JUDGEMENT, Judgement.class)).isEqualTo(Judgement.cached(false));
        assertThat(verdicts.confirm(exchange, "key")).isFalse();
        assertThat(verdicts.remove(exchange, "key")).isFalse();
        assertThat(flights.size()).isZero();
    }
}
