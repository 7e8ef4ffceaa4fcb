package dev.tollgate.upstream;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class WithoutUsageChunkTest {

    private static final String EXTRA = "data: {\"id\":\"x\",\"choices\":[],\"usage\":{\"total_tokens\":7}}\n\n";
    private static final List<String> OTHERS = List.of(
            ": a comment\n\n", "data: {\"choices\":[{\"delta\":{\"content\":\"\\\"usage\\\":{},\\\"choices\\\":[]\"}}],\"usage\":null}\n\n",
            "event: x\ndata: {\"choices\":[{}],\"usage\":{\"total_tokens\":1}}\nid: 1\n\n", "data: {\"choices\":[]}\n\n",
            "data: {\"usage\":{}}\n\n", "data: [DONE]\n\n", "data: {\"error\":{\"usage\":{},\"choices\":[]}}\n\n", "\n\n",
            "data: {\"choices\":[],\"usage\":null}\n\n",
            "data: {\"choices\":[],\"x\":\"" + "x".repeat(20_000) + "\",\"usage\":{\"total_tokens\":7}}\n\n");

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void allButTheExtraEventPassByteForByte(String lineEnd) throws IOException {
        String with = (String.join(EXTRA, OTHERS) + EXTRA + "data: {\"choices\":[{}]}").replace("\n", lineEnd);
        String without = (String.join("", OTHERS) + "data: {\"choices\":[{}]}").replace("\n", lineEnd);
        for (int piece : new int[] {1, 2, 3, 7, 64, 8192}) {
            assertThat(read(with, piece)).as("pieces of " + piece).isEqualTo(without);
        }
    }

    @Test
    void theExtraEventIsKnownHoweverItsNamesAreWritten() throws IOException {
        assertThat(read(EXTRA.replace("usage", "us\\u0061ge"), 8192)).isEmpty();
    }

    @Test
    void anEventIsHeldNoLongerThanUntilItIsWhole() throws IOException {
        byte[] first = "data: {\"choices\":[{}]}\n\n".getBytes(StandardCharsets.UTF_8);
        try (WithoutUsageChunk events = new WithoutUsageChunk(new FilterInputStream(new ByteArrayInputStream(first)) {
            private boolean said;

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                if (said) {
                    throw new IOException("it would wait");
                }
                said = true;
                return super.read(buffer, offset, length);
            }
        })) {
            assertThat(events.readNBytes(first.length)).isEqualTo(first);
        }
    }

    private static String read(String events, int piece) throws IOException {
        byte[] bytes = events.getBytes(StandardCharsets.UTF_8);
        try (WithoutUsageChunk stream = new WithoutUsageChunk(new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return super.read(buffer, offset, Math.min(piece, length));
            }
        })) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
