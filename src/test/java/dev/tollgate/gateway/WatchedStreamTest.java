package dev.tollgate.gateway;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WatchedStreamTest {

    private final StringBuilder seen = new StringBuilder();
    private final WatchedStream stream = new WatchedStream(new ByteArrayInputStream("0123456789".getBytes(StandardCharsets.US_ASCII))) {
        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = in.read(buffer, offset, length);
            seen.append(new String(buffer, offset, Math.max(0, read), StandardCharsets.US_ASCII));
            return read;
        }
    };

    @Test
    void whatAReaderPassesOverIsSeenAllTheSame() throws IOException {
        stream.skipNBytes(4);
        assertThat(stream.read()).isEqualTo('4');
        assertThat(seen).hasToString("01234");

        assertThat(stream.skip(100)).isEqualTo(5);
        assertThat(stream.skip(100)).isZero();
        assertThat(stream.read()).isEqualTo(-1);
        assertThat(seen).hasToString("0123456789");
    }
}
