package dev.tollgate.verdict;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * One line of the journal: eight hex digits of CRC-32, a space, and what they guard. Lines can be read by people:
 * {@code 5d0cbd37 1795348800 true Biology 101 | Textbook | Fall | 89.99}.
 */
sealed interface JournalRecord {

    int CRC_LENGTH = 8;

    /**
     * An answer.
     *
     * @param judgedAt seconds since 1970
     */
    record Answer(String key, boolean value, long judgedAt) implements JournalRecord {
        @Override
        public String payload() {
            return judgedAt + (value ? " true " : " false ") + escape(key);
        }
    }

    /** The dictionary with this size (bytes) and time (milliseconds since 1970) has been taken over. */
    record TakenOver(long size, long modifiedAt) implements JournalRecord {
        @Override
        public String payload() {
            return "taken-over " + size + " " + modifiedAt;
        }
    }

    /** What the check sum guards; holds no line end. */
    String payload();

    /** Appends the whole line, its line end included. */
    default void writeTo(ByteArrayOutputStream out) {
        byte[] payload = payload().getBytes(StandardCharsets.UTF_8);
        CRC32 crc = new CRC32();
        crc.update(payload);
        String hex = Long.toHexString(crc.getValue() | 1L << 32).substring(1);
        out.writeBytes(hex.getBytes(StandardCharsets.US_ASCII));
        out.write(' ');
        out.writeBytes(payload);
        out.write('\n');
    }

    private static String escape(String key) {
        return key.indexOf('\\') < 0 && key.indexOf('\n') < 0
                ? key : key.replace("\\", "\\\\").replace("\n", "\\n");
    }
}
