package dev.tollgate.gateway;

import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TimeOrderedIdTest {

    private static final UUID HIGHEST = new UUID(-1L, -1L >>> 2 | 1L << 63);

    @Test
    void whatIsLaterStandsBehindWhateverItsRandomPart() {
        List<String> ids = LongStream.of(0, 1, 1_795_000_000_000L, 1_795_000_000_001L, (1L << 48) - 1).boxed()
                .flatMap(at -> Stream.of(TimeOrderedId.of(at, new UUID(0, 1L << 63)), TimeOrderedId.of(at, HIGHEST)))
                .map(UUID::toString).toList();

        assertThat(ids).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void itIsAUuidOfVersionSeven() {
        UUID id = UUID.fromString(TimeOrderedId.next());

        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
    }

    @Test
    void twoOfOneMomentDiffer() {
        UUID one = TimeOrderedId.of(1_795_000_000_000L, UUID.fromString("00000000-0000-4001-8000-000000000000"));
        UUID other = TimeOrderedId.of(1_795_000_000_000L, UUID.fromString("00000000-0000-4002-8000-000000000000"));
        UUID third = TimeOrderedId.of(1_795_000_000_000L, UUID.fromString("00000000-0000-4001-8000-000000000001"));

        assertThat(List.of(one, other, third)).doesNotHaveDuplicates();
    }
}
