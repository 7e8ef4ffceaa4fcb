package dev.tollgate.spapi;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

import dev.tollgate.budget.Decision;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.explain.Explainer;
import dev.tollgate.explain.Explanation;
import dev.tollgate.explain.Question;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.kit.Buckets;
import dev.tollgate.oauth.TokenResult;
import dev.tollgate.queue.Quote;
import dev.tollgate.spapi.sellers.AccessTokens;
import dev.tollgate.spapi.sellers.Region;
import dev.tollgate.spapi.sellers.Sellers;

/** What a call for a seller would meet, in its first region; a token that would be asked for counts as given. */
@Component
record SpApiExplainer(SpApiDoor door, Sellers sellers, Buckets buckets, OperationRates rates, AccessTokens tokens,
        Clock clock) implements Explainer {

    /** The bucket's name in the route. */
    private static final String BUCKET = "sp-api";
    private static final Quote ONE = Quote.fixed("", 1);

    @Override
    public String api() {
        return "sp-api";
    }

    @Override
    public Set<String> parameters() {
        return Set.of("sellerId", "operation");
    }

    /** In the order of the route's steps: credential, seller, token, turn. */
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
        }
        if (regions.isEmpty() || token.filter(TokenResult.Unknown.class::isInstance).isPresent()) {
            return Explanation.denied("sp-api-admit", SellerTokens.notConnected(), now);
        }
        if (token.isPresent() && !(token.get() instanceof TokenResult.Fresh)) {
            return Explanation.denied("sp-api-token", SellerTokens.withoutToken(token.get()), now);
        }
        Optional<Decision> pace = buckets.known(BUCKET, SpApiCall.bucketOf(seller, regions.get(0), operation))
                .map(bucket -> bucket.queue().forecast(ONE, ONE.price(), ServiceClass.INTERACTIVE)).filter(word -> !word.admitted());
        if (pace.filter(Decision::denied).isPresent()) {
            return Explanation.denied("sp-api-wait", Refusal.until(429, "The budget " + BUCKET + " is spent: come back when Retry-After says so.",
                    Duration.ofMillis(pace.get().waitMillis())), now);
        }
        return pace.map(word -> Explanation.waits("sp-api-wait", word.until())).orElseGet(() -> Explanation.passes("sp-api-http", now));
    }
}
