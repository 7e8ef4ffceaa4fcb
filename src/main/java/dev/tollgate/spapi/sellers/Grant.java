package dev.tollgate.spapi.sellers;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A seller's consent, as long as it stands.
 *
 * @param sellerId     Amazon's selling partner id
 * @param region       where the consent holds
 * @param marketplaces ids of the marketplaces it was given for; never empty
 * @param refreshToken in the clear, in memory only; empty when the stored one cannot be read. At most 2,048 bytes
 *                     (Amazon: Website Authorization Workflow)
 * @param state        whether calls can be made for this seller
 * @param connectedAt  when consent was last given, to the second
 * @param lastError    why it stopped working, without any secret; null when it works
 * @param lastErrorAt  when that was; null when it works
 */
public record Grant(String sellerId, Region region, List<String> marketplaces, String refreshToken, State state,
        Instant connectedAt, @Nullable String lastError, @Nullable Instant lastErrorAt) {

    /** Months after which Amazon ends a consent, and from which the seller should be asked for a new one. */
    private static final int ENDS_AFTER = 12;
    private static final int WARN_AFTER = 11;

    private static final Pattern SELLER_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** Whether calls can be made; the names are those that callers see. */
    public enum State {
        CONNECTED("connected"),
        /** Amazon no longer takes the refresh token: nothing but a new consent helps. */
        RECONNECT_NEEDED("reconnect-needed");

        private final String text;

        State(String text) {
            this.text = text;
        }

        /** The name as answers and the database hold it. */
        public String text() {
            return text;
        }

        static State of(String text) {
            return CONNECTED.text.equals(text) ? CONNECTED : RECONNECT_NEEDED;
        }
    }

    public Grant {
        marketplaces = List.copyOf(marketplaces);
    }

    /** Whether a text can be a seller's id; may be null. */
    public static boolean isSellerId(@Nullable String text) {
        return text != null && SELLER_ID.matcher(text).matches();
    }

    /** A consent just given, or imported. */
    public static Grant given(String sellerId, Region region, List<String> marketplaces, String refreshToken, Instant at) {
        return new Grant(sellerId, region, marketplaces, refreshToken, State.CONNECTED, at, null, null);
    }

    /**
     * When Amazon ends this consent: a year after it was given.
     *
     * @see <a href="https://developer-docs.amazon.com/sp-api/docs/lwa-credentials-faq">Amazon: LWA credentials FAQ</a>
     */
    public Instant consentEndsAt() {
        return connectedAt.atOffset(ZoneOffset.UTC).plusMonths(ENDS_AFTER).toInstant();
    }

    /** Whether the seller should be asked to consent anew: from 11 months on. */
    public boolean consentEndsSoon(Instant now) {
        return !now.isBefore(connectedAt.atOffset(ZoneOffset.UTC).plusMonths(WARN_AFTER).toInstant());
    }

    public boolean connected() {
        return state == State.CONNECTED;
    }

    /** Without the refresh token. */
    @Override
    public String toString() {
        return "Grant of " + sellerId + " in " + region + ", " + state.text() + " since " + connectedAt;
    }
}
