package dev.tollgate.spapi;

import dev.tollgate.explain.Explainer;
import dev.tollgate.explain.Explanation;
import dev.tollgate.explain.Question;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.spapi.sellers.AccessTokens;
import dev.tollgate.spapi.sellers.Region;
import dev.tollgate.spapi.sellers.Sellers;
import dev.tollgate.spapi.sellers.SpApiProperties;
import dev.tollgate.oauth.TokenResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** What a call for a seller would meet, in its first region; a token that would be asked for counts as given. */
@Component
class SpApiExplainer implements Explainer {

    private final SpApiDoor door;
    private final Sellers sellers;
    private final RatePacer pacer;
    private final OperationRates rates;
    private final AccessTokens tokens;
    private final SpApiProperties properties;
    private final Clock clock;

    SpApiExplainer(SpApiDoor door, Sellers sellers, RatePacer pacer, OperationRates rates, AccessTokens tokens, SpApiProperties properties,
            Clock clock) {
        this.door = door;
        this.sellers = sellers;
        this.pacer = pacer;
        this.rates = rates;
        this.tokens = tokens;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public String api() {
        return "sp-api";
    }

    @Override
    public Set<String> parameters() {
        return Set.of("sellerId", "operation");
    }

    /** In the order of the route's steps: credential, seller, turn, token. */
    @Override
    public Explanation explain(Question question) {
        String seller = question.required("sellerId", "A2EXAMPLE");
        String operation = question.text("operation").orElse(OperationRates.GET_LISTINGS_RESTRICTIONS);
        if (!rates.knows(operation)) {
            throw Refusal.of(400, "operation must be one that Amazon names, as in operation="
                    + OperationRates.GET_LISTINGS_RESTRICTIONS + ".");
        }
        Instant now = clock.instant();
        return decide(seller, operation, now).with("operation", operation);
    }

    private Explanation decide(String seller, String operation, Instant now) {
        Optional<TokenResult> token;
        List<Region> regions;
        try {
            door.requireCredential();
            token = tokens.outlook(seller);
            regions = sellers.regionsOf(seller);
        } catch (Refusal no) {
            return Explanation.denied("sp-api-admit", no, now);
        } catch (DataAccessException e) {
            return Explanation.denied("sp-api-admit", SpApiDoor.databaseAway(), now);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.until(503, "The gateway is stopping.", Duration.ofSeconds(5));
        }
        if (regions.isEmpty() || token.filter(TokenResult.Unknown.class::isInstance).isPresent()) {
            return Explanation.denied("sp-api-admit", SpApiUpstream.notConnected(), now);
        }
        Pace pace = pacer.look(properties.clientId(), SpApiCall.account(seller, regions.get(0)), operation);
        if (!pace.admitted()) {
            return Explanation.denied("sp-api-turn", SpApiTurns.tooEarly(operation, pace), now);
        }
        if (token.isPresent() && !(token.get() instanceof TokenResult.Fresh)) {
            return Explanation.denied("sp-api-token", SpApiUpstream.withoutToken(token.get()), now);
        }
        return pace.delay().isZero() ? Explanation.passes("sp-api-http", now)
                : Explanation.waits("sp-api-wait", now.plus(pace.delay()));
    }
}
