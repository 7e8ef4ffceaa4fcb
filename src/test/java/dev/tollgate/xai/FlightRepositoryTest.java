package dev.tollgate.xai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kit.Flights;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

/** What Camel's idempotent consumer asks of its repository, in the order in which it asks. */
class FlightRepositoryTest {

    private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    private final Flights<Judgement> flights = new Flights<>(Duration.ofSeconds(20), 3);

    @Test
    void aLeaderEndsItsFlightOnce() {
        FlightRepository<Judgement> repository = repository(Optional.empty());

        assertThat(repository.add(exchange, "key")).isTrue();
        exchange.setVariable(JudgeCargo.JUDGEMENT, Judgement.fresh(false, null));
        assertThat(repository.confirm(exchange, "key")).isTrue();

        assertThat(flights.size()).isZero();
        assertThat(repository.confirm(exchange, "key")).isFalse();
    }

    @Test
    void aDuplicateIsConfirmedAsWellAndLeadsNothing() {
        FlightRepository<Judgement> repository = repository(Optional.of(Judgement.cached(false)));

        assertThat(repository.add(exchange, "key")).isFalse();
        assertThat(exchange.getVariable(JudgeCargo.JUDGEMENT, Judgement.class).verdict()).isFalse();
        assertThat(repository.confirm(exchange, "key")).isFalse();
        assertThat(repository.remove(exchange, "key")).isFalse();
        assertThat(flights.size()).isZero();
    }

    private FlightRepository<Judgement> repository(Optional<Judgement> known) {
        return new FlightRepository<>(flights, new FlightRepository.Cargo<>() {
            @Override
            public Optional<Judgement> known(String key) {
                return known;
            }

            @Override
            public Judgement brought(Exchange leader) {
                return leader.getVariable(JudgeCargo.JUDGEMENT, Judgement.class);
            }

            @Override
            public void give(Exchange follower, Judgement judgement) {
                follower.setVariable(JudgeCargo.JUDGEMENT, judgement);
            }

            @Override
            public void failed(Exchange follower, String reason) {
                give(follower, Judgement.fallback(true, reason));
            }
        });
    }
}
