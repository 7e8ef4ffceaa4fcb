package dev.tollgate.upstream;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bounds of an upstream's answer, whichever upstream it is. How long an answer may take has a setting at each API.
 *
 * @param maxHeadSize   bytes of the status line and the headers together, 1KB to 1MB
 * @param maxReplySize  bytes of an answer that is held whole, after decompression, 1MB to 2047MB; a stream has no such bound
 * @param streamTimeout how long an answer may take as a whole that passes on piece by piece, however busy it is
 */
@ConfigurationProperties("tollgate.upstream")
public record UpstreamProperties(@DefaultValue("64KB") DataSize maxHeadSize, @DefaultValue("64MB") DataSize maxReplySize,
        @DefaultValue("1h") Duration streamTimeout) {

    private static final long KILO = 1024;
    private static final long MEGA = KILO * KILO;
    private static final long LONGEST_ARRAY = 2047 * MEGA;

    /** @throws IllegalArgumentException naming the key that is out of its bounds */
    public UpstreamProperties {
        require(maxHeadSize.toBytes() >= KILO && maxHeadSize.toBytes() <= MEGA, "max-head-size", "1KB to 1MB", maxHeadSize);
        require(maxReplySize.toBytes() >= MEGA && maxReplySize.toBytes() <= LONGEST_ARRAY, "max-reply-size", "1MB to 2047MB",
                maxReplySize);
        require(streamTimeout.toMillis() >= 1, "stream-timeout", "1ms or more", streamTimeout);
    }

    private static void require(boolean holds, String key, String bounds, Object value) {
        if (!holds) {
            throw new IllegalArgumentException("tollgate.upstream." + key + " must be " + bounds + ", not " + value);
        }
    }
}
