package dev.tollgate.gemini;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

import dev.tollgate.gateway.BreakerProperties;

/**
 * Knobs of the Gemini policy.
 *
 * @param baseUrl upstream, without {@code /v1beta}
 * @param model the model for {@code /extract}
 * @param apiKeyFile fallback key, used only when a company has no row at all in TokenMaster
 * @param maxFileSize largest upload of {@code /extract}; Gemini takes 50 MB of PDF inline
 * @param responseTimeout how long one attempt may take as a whole, to the answer's last byte
 * @param estimate tokens reserved for a call in flight, until its true cost is known
 * @param maxInFlight calls that may be on their way to Gemini at once; more are answered with 429
 * @param forwardHeaders headers of the caller that pass to the upstream; none but in the sandbox
 * @param streamUsage whether a streamed chat of the OpenAI-compatible path is asked to say what it used where its caller does not
 *                    ask; the event that says it is taken out again
 * @param commentAfter how long a stream of events of {@code /gemini} may say nothing before the caller gets a comment line, so that
 *                     proxies keep the connection; 0s for none
 * @param breaker when the circuit breaker opens
 */
@ConfigurationProperties("tollgate.gemini")
public record GeminiProperties(@DefaultValue("https://generativelanguage.googleapis.com") URI baseUrl,
        @DefaultValue("gemini-2.5-flash") String model, @DefaultValue("appSetting.txt") Path apiKeyFile,
        @DefaultValue("20MB") DataSize maxFileSize, @DefaultValue("60s") Duration responseTimeout,
        @DefaultValue("3000") long estimate, @DefaultValue("400") int maxInFlight,
        @DefaultValue("none") String forwardHeaders, @DefaultValue("true") boolean streamUsage,
        @DefaultValue("15s") Duration commentAfter,
        @DefaultValue @NestedConfigurationProperty BreakerProperties breaker) {

    /** The path of {@link #baseUrl} without a slash at its end; mostly empty. */
    String basePath() {
        return StringUtils.trimTrailingCharacter(baseUrl.getRawPath(), '/');
    }
}
