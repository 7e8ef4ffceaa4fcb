package dev.tollgate.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SnapshotStreamTest {

    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger made = new AtomicInteger();

    @Test
    void theFirstSnapshotComesAtOnceAndItIsAnEvent() throws IOException {
        assertThat(read(stream(1))).isEqualTo("data: {\"n\":1}\n\n");
    }

    @Test
    void aStreamEndsAfterItsLastSnapshotSoThatItsReaderShowsItsKeyAgain() throws IOException {
        assertThat(stream(1).readAllBytes()).hasSize("data: {\"n\":1}\n\n".length());
        assertThat(made).hasValue(1);
    }

    @Test
    void aGatewayThatStopsWaitsForNoReader() throws IOException {
        SnapshotStream stream = stream(60);
        read(stream);
        end.countDown();
        assertThat(stream.read()).isEqualTo(-1);
        assertThat(made).as("snapshots made").hasValue(1);
    }

    @Test
    void aReaderWithASmallBufferLosesNothing() throws IOException {
        SnapshotStream stream = stream(1);
        byte[] two = new byte[2];
        assertThat(stream.read(two, 0, 2)).isEqualTo(2);
        assertThat(new String(two, StandardCharsets.UTF_8) + read(stream)).isEqualTo("data: {\"n\":1}\n\n");
    }

    private SnapshotStream stream(int events) {
        return new SnapshotStream(events, end, () -> "{\"n\":" + made.incrementAndGet() + "}");
    }

    private static String read(SnapshotStream stream) throws IOException {
        byte[] buffer = new byte[100];
        return new String(buffer, 0, stream.read(buffer, 0, 100), StandardCharsets.UTF_8);
    }
}
