package dev.tollgate;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HeapFloorTest {

    private static final long MEGABYTE = 1 << 20;

    @Test
    void aHeapThatIsTooSmallIsSaidWithItsRemedy() {
        assertThat(HeapFloor.refusal(48 * MEGABYTE)).hasValue("The heap may grow to 48 MB only, and Tollgate needs %1$d MB at least. Start it with -Xmx%1$dm or more; "
                .formatted(HeapFloor.LEAST_MEGABYTES) + "512 MB are right for ordinary use.");
    }

    /** The serial collector counts one of its survivor spaces out. */
    @Test
    void theLeastHeapOfAnyCollectorDoes() {
        assertThat(HeapFloor.refusal(HeapFloor.LEAST_MEGABYTES * MEGABYTE * 96 / 100)).isEmpty();
    }
}
