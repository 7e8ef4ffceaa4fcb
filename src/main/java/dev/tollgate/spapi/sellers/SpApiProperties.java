package dev.tollgate.spapi.sellers;

import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Knobs of the SP-API policy.
 *
 * @param baseUrl         upstream, without a path; an Amazon endpoint is changed to the region of the call
 * @param lwaUrl          token endpoint
 * @param consentUrl      where sellers consent; a Seller Central host is changed to that of their marketplace
 * @param redirectUri     sent in consent and exchange, the same both times; empty: the first one registered with Amazon
 * @param clientId        the application's LWA id; empty: not set
 * @param clientSecret    the application's LWA secret; empty: not set
 * @param applicationId   the application's id in Seller Central; empty: not set
 * @param marketplace     whose sellers connect when {@code /connect} names none: an id or a country's two letters
 * @param refreshAhead    an access token is renewed this long before it ends
 * @param renewalCron     when access tokens that are due are renewed (Quartz cron)
 * @param secretRotatedAt the day on which the client secret was made, for the countdown; null: nobody said
 * @param tokenTimeout    for one token request as a whole
 * @param tokenPatience   how long token requests are repeated while a call waits
 * @param maxWait         a call that would have to wait longer for its turn is denied at once; an hour at most
 * @param applicationRate calls a second of this application, over all sellers and operations
 * @param responseTimeout how long one call may take as a whole, to the answer's last byte
 * @param userAgent       as Amazon wants it: name/version (Language=…); at most 500 characters
 * @param gatewayTokenLife how long a token of the gateway's own token endpoint lives, a minute to an hour
 * @param rates           rates that differ from Amazon's published ones, by operation
 * @param nightly         the nightly restriction check
 */
@ConfigurationProperties("tollgate.sp-api")
public record SpApiProperties(
        @DefaultValue("https://sellingpartnerapi-na.amazon.com") URI baseUrl,
        @DefaultValue("https://api.amazon.com/auth/o2/token") URI lwaUrl,
        @DefaultValue("https://sellercentral.amazon.com/apps/authorize/consent") URI consentUrl,
        @DefaultValue("") String redirectUri,
        @DefaultValue("") String clientId,
        @DefaultValue("") String clientSecret,
        @DefaultValue("") String applicationId,
        @DefaultValue("US") String marketplace,
        @DefaultValue("10m") Duration refreshAhead,
        @DefaultValue("0/30 * * * * ?") String renewalCron,
        @Nullable LocalDate secretRotatedAt,
        @DefaultValue("5s") Duration tokenTimeout,
        @DefaultValue("8s") Duration tokenPatience,
        @DefaultValue("100s") Duration maxWait,
        @DefaultValue("100") int applicationRate,
        @DefaultValue("30s") Duration responseTimeout,
        @DefaultValue("Tollgate/0.1 (Language=Java)") String userAgent,
        @DefaultValue("15m") Duration gatewayTokenLife,
        Map<String, RateOverride> rates,
        @DefaultValue Nightly nightly) {

    private static final int LONGEST_USER_AGENT = 500;
    private static final int FASTEST = 1_000_000;

    /**
     * A rate other than the published one.
     *
     * @param calls calls for each {@code per}, at least 1
     * @param per   the time they are counted over
     * @param burst calls that may go at once, at least 1
     */
    public record RateOverride(@DefaultValue("1") int calls, @DefaultValue("1s") Duration per, @DefaultValue("1") int burst) {

        public RateOverride {
            require(calls >= 1 && burst >= 1, "rates: calls and burst must be at least 1");
            require(!per.isNegative() && !per.isZero(), "rates: per must be positive");
        }
    }

    /**
     * @param file          list of ASINs to check, one a line; empty: no nightly check
     * @param seller        whose permissions are checked; must be set where the file is
     * @param marketplaces  ids of the marketplaces, all of one region; empty: the one of {@code tollgate.sp-api.marketplace}
     * @param conditionType one of Amazon's; empty: every condition
     * @param cron          when (Quartz cron)
     */
    public record Nightly(@DefaultValue("") String file, @DefaultValue("") String seller, List<String> marketplaces,
            @DefaultValue("") String conditionType, @DefaultValue("0 0 3 * * ?") String cron) {

        public Nightly {
            marketplaces = marketplaces == null ? List.of() : List.copyOf(marketplaces);
            require(file.isBlank() || !seller.isBlank(), "nightly.seller must name a seller where nightly.file is set");
            if (!marketplaces.isEmpty()) {
                Marketplaces.regionOf(marketplaces);
            }
        }
    }

    /** @throws IllegalArgumentException naming the key whose value is out of bounds */
    public SpApiProperties {
        rates = rates == null ? Map.of() : Map.copyOf(rates);
        redirectUri = redirectUri.strip();
        clientId = clientId.strip();
        clientSecret = clientSecret.strip();
        applicationId = applicationId.strip();
        require(!refreshAhead.isNegative(), "refresh-ahead must not be negative");
        require(!tokenTimeout.isNegative() && !tokenTimeout.isZero(), "token-timeout must be positive");
        require(!tokenPatience.isNegative(), "token-patience must not be negative");
        require(!maxWait.isNegative() && maxWait.toHours() <= 1, "max-wait must be 0s to 1h");
        require(applicationRate >= 1, "application-rate must be at least 1");
        require(applicationRate <= FASTEST, "application-rate must be at most " + FASTEST);
        require(responseTimeout.toMillis() >= 1, "response-timeout must be positive");
        require(userAgent.length() <= LONGEST_USER_AGENT, "user-agent must have at most 500 characters");
        require(gatewayTokenLife.toSeconds() >= 60 && gatewayTokenLife.toHours() <= 1, "gateway-token-life must be 1m to 1h");
        require(Marketplaces.find(marketplace).isPresent(), "marketplace is none that Amazon has");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("tollgate.sp-api." + what);
        }
    }

    /** The environment variables without which no token can be asked for, in the order to set them; empty: all are set. */
    public List<String> missingForTokens() {
        List<String> missing = new ArrayList<>();
        if (clientId.isEmpty()) {
            missing.add("LWA_CLIENT_ID");
        }
        if (clientSecret.isEmpty()) {
            missing.add("LWA_CLIENT_SECRET");
        }
        return missing;
    }

    /** The environment variables without which no seller can connect; empty: all are set. */
    public List<String> missingForConsent() {
        List<String> missing = new ArrayList<>(missingForTokens());
        if (applicationId.isEmpty()) {
            missing.add("SPAPI_APPLICATION_ID");
        }
        return missing;
    }

    /** Without the client secret. */
    @Override
    public String toString() {
        return "SpApiProperties of " + baseUrl + ", application " + (applicationId.isEmpty() ? "not set" : applicationId);
    }
}
