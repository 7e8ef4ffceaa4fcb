package dev.tollgate.spapi.sellers;

import java.net.URI;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

import dev.tollgate.logging.UnknownCaller;
import dev.tollgate.oauth.LwaAnswer;

/**
 * How a seller connects: {@code /connect} sends the browser to Amazon, {@code /callback} takes the answer, exchanges the
 * code once and stores the grant. Everything is checked before anything is stored.
 *
 * @see <a href="https://developer-docs.amazon.com/sp-api/docs/website-authorization-workflow">Amazon: Website Authorization
 *      Workflow</a>
 */
public final class Consent {

    private static final Logger log = LoggerFactory.getLogger(Consent.class);

    private final SpApiProperties properties;
    private final ConsentStates states;
    private final ConsentLinks links;
    private final LwaClient lwa;
    private final GrantStore store;
    private final AccessTokens tokens;
    private final Clock clock;

    Consent(SpApiProperties properties, ConsentStates states, LwaClient lwa, GrantStore store, AccessTokens tokens, Clock clock) {
        this.properties = properties;
        this.states = states;
        this.links = new ConsentLinks(properties.consentUrl(), properties.applicationId(), properties.redirectUri());
        this.lwa = lwa;
        this.store = store;
        this.tokens = tokens;
        this.clock = clock;
    }

    /**
     * Answers {@code GET /connect}: a redirect to Amazon, or a page that says why not.
     *
     * @param query  {@code marketplace} (an id or a country), {@code draft=true}; or what Amazon's app store sends
     * @param cookie the request's Cookie header, may be null
     * @param secure whether the browser came over https
     */
    public Page connect(Map<String, String> query, @Nullable String cookie, boolean secure) {
        List<String> missing = properties.missingForConsent();
        if (!missing.isEmpty()) {
            return ConsentPages.notConfigured(String.join(", ", missing));
        }
        String name = query.getOrDefault("marketplace", properties.marketplace());
        Optional<Marketplace> marketplace = Marketplaces.find(name.isBlank() ? properties.marketplace() : name);
        if (marketplace.isEmpty()) {
            return ConsentPages.badRequest("Amazon has no such marketplace. Name its id, or its country such as US or DE.");
        }
        if (!AppStoreStart.isOne(query)) {
            ConsentStates.Begun begun = begin(marketplace.get(), "", cookie);
            boolean draft = "true".equals(query.get("draft"));
            return redirect(links.consent(marketplace.get(), begun.state(), draft), begun, secure);
        }
        Optional<AppStoreStart> start = AppStoreStart.of(query);
        if (start.isEmpty()) {
            log.warn("A start from the app store named a page that is none of Amazon's; it was not followed");
            return ConsentPages.notAmazon();
        }
        ConsentStates.Begun begun = begin(marketplace.get(), start.get().sellerId(), cookie);
        return redirect(links.confirm(start.get(), begun.state()), begun, secure);
    }

    private ConsentStates.Begun begin(Marketplace marketplace, String expectedSeller, @Nullable String cookie) {
        return states.begin(new ConsentStates.Request(marketplace, properties.redirectUri(), expectedSeller), ConsentCookie.read(cookie));
    }

    private static Page redirect(URI to, ConsentStates.Begun begun, boolean secure) {
        return Page.redirect(to, ConsentCookie.set(begun.browser(), secure));
    }

    /**
     * Answers {@code GET /callback}. A state is used up by the first callback, whatever comes of it, so that no code is
     * exchanged twice.
     *
     * @param query  {@code state}, {@code selling_partner_id}, {@code spapi_oauth_code}; {@code error} after a refusal
     * @param cookie the request's Cookie header, may be null
     */
    public Page callback(Map<String, String> query, @Nullable String cookie) {
        ConsentStates.Taken taken = states.take(query.get("state"), ConsentCookie.read(cookie));
        if (taken instanceof ConsentStates.Invalid invalid) {
            log.warn("A callback was refused: its state is {}", invalid.why());
            return ConsentPages.refused(invalid.why());
        }
        UnknownCaller.isKnown(); // who has the state was let in at /connect
        ConsentStates.Request request = ((ConsentStates.Valid) taken).request();
        String code = query.getOrDefault("spapi_oauth_code", "");
        String seller = query.getOrDefault("selling_partner_id", "");
        if (query.containsKey("error") || code.isBlank()) {
            return ConsentPages.cancelled();
        }
        boolean unexpected = !request.expectedSeller().isEmpty() && !request.expectedSeller().equals(seller);
        return unexpected || !Grant.isSellerId(seller) ? ConsentPages.incomplete() : exchange(request, seller, code);
    }

    private Page exchange(ConsentStates.Request request, String seller, String code) {
        LwaAnswer answer = lwa.exchange(code, request.redirectUri());
        if (answer instanceof LwaAnswer.Failed failed) {
            log.warn("The consent of seller {} was not exchanged: {}", seller, failed.text());
            return ConsentPages.exchangeFailed(failed.text(), remedy(failed.kind()));
        }
        LwaAnswer.Granted granted = (LwaAnswer.Granted) answer;
        if (granted.refreshToken().isEmpty()) {
            return ConsentPages.exchangeFailed("there was no refresh token", "Open /connect again.");
        }
        Region region = request.marketplace().region();
        Grant grant = Grant.given(seller, region, Marketplaces.of(region), granted.refreshToken(),
                clock.instant().truncatedTo(ChronoUnit.SECONDS));
        return stored(grant) ? ConsentPages.connected(grant) : ConsentPages.notStored();
    }

    private boolean stored(Grant grant) {
        try {
            store.save(grant);
            tokens.connected(grant);
            log.info("Seller {} connected in {}", grant.sellerId(), grant.region());
            return true;
        } catch (DataAccessException e) {
            log.error("The consent of seller {} was given but cannot be stored", grant.sellerId(), e);
            return false;
        }
    }

    private static String remedy(LwaAnswer.Kind kind) {
        return switch (kind) {
            case GRANT -> "The code lives five minutes and works once. Open /connect again and approve without delay.";
            case CLIENT, REQUEST -> "Ask whoever runs this gateway to check its client id, its client secret and its redirect address.";
            case PASSING -> "Wait a minute, then open /connect again.";
        };
    }
}
