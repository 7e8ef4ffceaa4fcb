package dev.tollgate.xai;

import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import dev.tollgate.gateway.BreakerProperties;
import dev.tollgate.quota.OnCorruptState;

/**
 * Every knob of the xAI policy. The key itself is no knob: it comes from {@code XAI_API_KEY} and is set on the call only.
 *
 * @param baseUrl        upstream, without {@code /v1}
 * @param model          the model for {@code /judge} and {@code /learn}
 * @param dailyLimit     calls per calendar day of {@code zone}; 0 denies every call
 * @param zone           whose midnight starts a day
 * @param safeVerdict    what a denied or failed judgement falls back to
 * @param stateFile      the quota's state; a relative path is below the data directory
 * @param onCorruptState what a state file that cannot be trusted means for the day it is found on
 * @param cacheFile      JSON dictionary of the system it replaces; the journal stands beside it
 * @param cacheTtl       age at which a verdict is asked for again; empty: never
 * @param cacheEntries   verdicts in memory, about 250 bytes each
 * @param callTimeout    how long one call may take as a whole, to the answer's last byte; a billed call is not repeated, so this is generous
 * @param flightDeadline how long equal questions wait for the one that is asked before they fall back; longer than {@code callTimeout}
 * @param flightTries    how many failed leaders a waiting question sees before it falls back
 * @param learnMaxChars  longest text that {@code /learn} passes on
 * @param dropinTimeout  how long a call of {@code /xai/v1} may take as a whole; a streamed one until its first byte, and between two pieces
 * @param streamUsage    whether a streamed chat is asked to say what it used where its caller does not ask; the event that says it is taken out again
 * @param commentAfter   how long a streamed answer of {@code /xai/v1} may say nothing before the caller gets a comment line, so that proxies keep the connection; 0s for none
 * @param replyCacheSize bytes of replies of {@code /xai/v1} that are kept for callers who ask for it
 * @param replyCacheTtl  age at which such a reply is asked for again
 * @param forwardHeaders headers of the caller that pass to the upstream, as a pattern; none but in the sandbox
 * @param breaker        when the circuit breakers open; {@code /judge} and {@code /learn} have one each
 */
@ConfigurationProperties("tollgate.xai")
public record XaiProperties(
        @DefaultValue("https://api.x.ai") URI baseUrl,
        @DefaultValue("grok-4-fast-reasoning") String model,
        @DefaultValue("1000") int dailyLimit,
        @DefaultValue("UTC") ZoneId zone,
        @DefaultValue("true") boolean safeVerdict,
        @DefaultValue("xai_token_state.json") String stateFile,
        @DefaultValue("spent") OnCorruptState onCorruptState,
        @DefaultValue("xai_cache.json") String cacheFile,
        Optional<Duration> cacheTtl,
        @DefaultValue("1000000") long cacheEntries,
        @DefaultValue("60s") Duration callTimeout,
        @DefaultValue("90s") Duration flightDeadline,
        @DefaultValue("3") int flightTries,
        @DefaultValue("20000") int learnMaxChars,
        @DefaultValue("10m") Duration dropinTimeout,
        @DefaultValue("true") boolean streamUsage,
        @DefaultValue("15s") Duration commentAfter,
        @DefaultValue("64MB") DataSize replyCacheSize,
        @DefaultValue("24h") Duration replyCacheTtl,
        @DefaultValue("none") String forwardHeaders,
        @DefaultValue @NestedConfigurationProperty BreakerProperties breaker) {

    /** @throws IllegalArgumentException when values contradict each other; the message names the keys */
    public XaiProperties {
        cacheTtl = cacheTtl == null ? Optional.empty() : cacheTtl;
        if (flightDeadline.compareTo(callTimeout) <= 0) {
            throw new IllegalArgumentException("tollgate.xai.flight-deadline (" + flightDeadline
                    + ") must be longer than tollgate.xai.call-timeout (" + callTimeout + ")");
        }
    }
}
