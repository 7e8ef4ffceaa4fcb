package dev.tollgate.spapi.sellers;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import dev.tollgate.oauth.AccessToken;
import dev.tollgate.oauth.LwaAnswer;
import dev.tollgate.oauth.TokenResult;
import dev.tollgate.oauth.TokenResult.Fresh;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever happens in whatever order, no seller is served with another's token. */
class TwoSellersProperty {

    enum Event { CALL, EXPIRED, REVOKE, RECONNECT, FAIL, TIME_PASSES, RENEW, RESTART }

    record Step(Event event, String seller, int number) {
    }

    @Provide
    Arbitrary<List<Step>> days() {
        return Combinators.combine(Arbitraries.of(Event.values()), Arbitraries.of("A1ONE", "A2TWO"), Arbitraries.integers().between(1, 90))
                .as(Step::new).list().ofMinSize(10).ofMaxSize(60);
    }

    @Property(tries = 60)
    void noSellerEverGetsTheOthersToken(@ForAll("days") List<Step> day) {
        Rig rig = new Rig();
        rig.connect("A1ONE", "Atzr|sandbox.A1ONE.0").connect("A2TWO", "Atzr|sandbox.A2TWO.0");
        Map<String, AccessToken> last = new HashMap<>();
        for (Step step : day) {
            TokenResult result = switch (step.event()) {
                case CALL, RENEW -> rig.tokens.forSeller(step.seller());
                case EXPIRED -> last.containsKey(step.seller()) ? rig.tokens.replace(step.seller(), Region.NA, last.get(step.seller())) : null;
                default -> happens(rig, step);
            };
            if (result instanceof Fresh fresh) {
                last.put(step.seller(), fresh.token());
                String other = step.seller().equals("A1ONE") ? "A2TWO" : "A1ONE";
                assertThat(rig.amazon.restrictions(other, fresh.token().value())).isEqualTo(403);
                assertThat(last.get(other)).isNotEqualTo(fresh.token());
            }
        }
    }

    private static TokenResult happens(Rig rig, Step step) {
        switch (step.event()) {
            case REVOKE -> rig.amazon.control("revoke", step.seller());
            case RECONNECT -> rig.connect(step.seller(), ((LwaAnswer.Granted) consent(rig, step.seller())).refreshToken());
            case FAIL -> rig.amazon.control("fail", "503," + step.number() % 4);
            case TIME_PASSES -> rig.clock.advance(Duration.ofMinutes(step.number()));
            default -> rig.tokens.renewDue();
        }
        return null;
    }

    private static LwaAnswer consent(Rig rig, String seller) {
        rig.amazon.control("fail", "503,0");
        return rig.lwa.exchange(rig.amazon.decide("approve", seller, "s", "").get("spapi_oauth_code"), "");
    }
}
