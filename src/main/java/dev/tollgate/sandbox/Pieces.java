package dev.tollgate.sandbox;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;

/** A streamed answer of a simulator. */
final class Pieces {

    private Pieces() {
    }

    /** One piece a read, so that each leaves on its own. */
    static InputStream of(List<String> pieces) {
        return new SequenceInputStream(Collections.enumeration(pieces.stream()
                .map(piece -> new ByteArrayInputStream(piece.getBytes(StandardCharsets.UTF_8))).toList()));
    }
}
