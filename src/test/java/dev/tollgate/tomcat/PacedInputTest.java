package dev.tollgate.tomcat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Semaphore;

import org.apache.coyote.InputBuffer;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tollgate.gateway.BodiesInMemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How slowly a body may come: 20 s behind 4,096 bytes a second at most, however fast it was before. */
class PacedInputTest {

    private static final int LARGE = 30_000_000;

    private long now;
    private int piece;
    private final BodiesInMemory account = new BodiesInMemory(Long.MAX_VALUE / 2);
    private final BodiesInMemory.Share share = account.share();
    private final PacedInput body = new PacedInput(new Sender(), () -> now, Duration.ofSeconds(20), 4096, Long.MAX_VALUE, share, new Semaphore(1));

    private final class Sender implements InputBuffer {

        @Override
        public int doRead(ApplicationBufferHandler handler) {
            return piece;
        }

        @Override
        public int available() {
            return 0;
        }
    }

    private void read(int bytes, long afterMillis) throws IOException {
        piece = bytes;
        now += afterMillis * 1_000_000;
        body.doRead(null);
    }

    @ParameterizedTest
    @CsvSource({"4096, 1000", "8192, 2000", "65536, 16000", "1000000, 19000", "1, 0"})
    void whoKeepsTheRateMaySendForHours(int bytes, long everyMillis) throws IOException {
        for (int i = 0; i < 1000; i++) {
            read(bytes, everyMillis);
        }
        assertThat(body.problem()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1, 9000", "100, 1000", "4095, 5000", "1, 19000"})
    void whoWasFastAndThenDripsIsCutAfterTheTimeThatABodyMayFallBehind(int bytes, long everyMillis) throws IOException {
        read(LARGE, 100);
        assertThatThrownBy(() -> {
            for (long waited = 0; waited < 60_000; waited += everyMillis) {
                read(bytes, everyMillis);
            }
        }).isInstanceOf(SocketTimeoutException.class);
        assertThat(body.problem()).isEqualTo(408);
    }

    @Test
    void aPauseWithinThatTimeIsNobodysFault() throws IOException {
        for (int i = 0; i < 10; i++) {
            read(100_000, 19_900);
        }
        assertThat(body.problem()).isZero();
    }
}
