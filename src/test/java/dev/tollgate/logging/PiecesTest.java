package dev.tollgate.logging;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PiecesTest {

    @Test
    void aBufferOfShortEventsStaysSmall() {
        byte[] piece = Pieces.first();

        assertThat(piece).hasSize(1024);
        assertThat(IntStream.of(1, 300, 1023, -1).mapToObj(read -> Pieces.after(piece, read))).containsOnly(piece);
    }

    @Test
    void oneThatIsFilledDoublesUpToABound() {
        byte[] piece = Pieces.first();
        for (int times = 0; times < 10; times++) {
            piece = Pieces.after(piece, piece.length);
        }

        assertThat(piece).hasSize(8192);
    }
}
