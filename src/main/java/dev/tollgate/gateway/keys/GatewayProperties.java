package dev.tollgate.gateway.keys;

import java.util.List;
import java.util.regex.Pattern;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What callers may send.
 *
 * @param allowedHosts values of the header Host that are right besides loopback names with the gateway's port
 * @param corsOrigins origins of web pages that may call the APIs from a browser, such as {@code https://app.example}; none by itself
 * @param maxUrlLength longest path with its query; more is answered with 414
 */
@ConfigurationProperties("tollgate")
record GatewayProperties(@DefaultValue List<String> allowedHosts, @DefaultValue List<String> corsOrigins,
        @DefaultValue("15KB") DataSize maxUrlLength) {

    private static final Pattern ORIGIN = Pattern.compile("https?://[a-z0-9.\\[\\]:-]+", Pattern.CASE_INSENSITIVE);

    /** @throws IllegalArgumentException for an origin that is none, naming the key */
    GatewayProperties {
        for (String origin : corsOrigins) {
            if (!ORIGIN.matcher(origin.strip()).matches()) {
                throw new IllegalArgumentException("tollgate.cors-origins must name origins such as https://app.example, without a"
                        + " path and without a star, not " + origin);
            }
        }
    }
}
