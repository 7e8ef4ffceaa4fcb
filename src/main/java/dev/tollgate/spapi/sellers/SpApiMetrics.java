package dev.tollgate.spapi.sellers;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.stereotype.Component;

import dev.tollgate.oauth.AccessToken;

/** The sellers and their access tokens in numbers; no seller is named. */
@Component
class SpApiMetrics implements MeterBinder {

    private final GrantBook book;
    private final AccessTokens tokens;
    private final ApplicationAlarm alarm;
    private final SecretRotation rotation;
    private final Clock clock;

    SpApiMetrics(GrantBook book, AccessTokens tokens, ApplicationAlarm alarm, SecretRotation rotation, Clock clock) {
        this.book = book;
        this.tokens = tokens;
        this.alarm = alarm;
        this.rotation = rotation;
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Grant.State state : Grant.State.values()) {
            Gauge.builder("tollgate.sp.api.sellers", book, b -> sellers(state).count()).tag("state", state.text())
                    .baseUnit("sellers").description("Sellers that gave consent, by whether it still works").register(registry);
        }
        Gauge.builder("tollgate.sp.api.token.age", this, metrics -> metrics.oldest().orElse(Double.NaN)).baseUnit("seconds")
                .description("Age of the oldest access token in memory; none: not a number").register(registry);
        Gauge.builder("tollgate.sp.api.token.left", this, metrics -> metrics.shortest().orElse(Double.NaN)).baseUnit("seconds")
                .description("Until the first access token in memory ends; none: not a number").register(registry);
        FunctionCounter.builder("tollgate.sp.api.token.requests", tokens, AccessTokens::refreshes).baseUnit("requests")
                .description("Token requests that left for Amazon").register(registry);
        Gauge.builder("tollgate.sp.api.application.refused", alarm, a -> a.ringing().isPresent() ? 1 : 0)
                .description("1 while Amazon refuses this application, so that no seller gets a token").register(registry);
        Gauge.builder("tollgate.sp.api.secret.left", rotation, r -> r.daysLeft().isPresent() ? r.daysLeft().getAsLong() : Double.NaN)
                .baseUnit("days").description("Until the client secret ends; not a number where nobody said when it was made")
                .register(registry);
    }

    private Stream<Grant> sellers(Grant.State state) {
        return book.all().stream().filter(grant -> grant.state() == state);
    }

    private Stream<AccessToken> tokens() {
        return sellers(Grant.State.CONNECTED).map(tokens::of).flatMap(Optional::stream);
    }

    private Optional<Double> oldest() {
        return tokens().map(token -> seconds(token.issuedAt(), clock.instant())).max(Double::compare);
    }

    private Optional<Double> shortest() {
        return tokens().map(token -> seconds(clock.instant(), token.expiresAt())).min(Double::compare);
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }
}
