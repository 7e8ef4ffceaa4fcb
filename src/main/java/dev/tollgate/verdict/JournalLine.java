package dev.tollgate.verdict;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/** Reads one line of the journal from a buffer without making more objects than the record itself. */
final class JournalLine {

    private static final byte[] TRUE = "true ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false ".getBytes(StandardCharsets.US_ASCII);

    /** Most places of one damaged line that are looked at for a record. */
    private static final int MAX_TRIES = 1_000;

    private final CRC32 crc = new CRC32();

    /**
     * @param from first byte of the line
     * @param to   after its last byte, the line end not included
     * @return the record, or null when the line is damaged or of a kind unknown here
     */
    JournalRecord parse(byte[] line, int from, int to) {
        int payload = from + JournalRecord.CRC_LENGTH + 1;
        if (payload >= to || line[payload - 1] != ' ' || !guarded(line, from, payload, to)) {
            return null;
        }
        return line[payload] == 't' ? takenOver(line, payload, to) : answer(line, payload, to);
    }

    /**
     * Looks for whole records in bytes between two line ends that are no record: a line end was lost, or something stands
     * before or behind the record that does not belong there. The check sum tells where a record ends.
     *
     * @return how many there were
     */
    int findAgain(byte[] line, int from, int to, Consumer<JournalRecord> reader) {
        int found = 0;
        int tries = 0;
        for (int at = from; at + JournalRecord.CRC_LENGTH + 1 < to && tries < MAX_TRIES; at++) {
            long expected = line[at + JournalRecord.CRC_LENGTH] == ' ' ? number(line, at) : -1;
            if (expected < 0) {
                continue;
            }
            tries++;
            int end = endOf(line, at, to, expected);
            if (end > 0) {
                reader.accept(parse(line, at, end));
                found++;
                at = end - 1;
            }
        }
        return found;
    }

    private int endOf(byte[] line, int from, int to, long expected) {
        CRC32 sum = new CRC32();
        for (int at = from + JournalRecord.CRC_LENGTH + 1; at < to; at++) {
            sum.update(line[at]);
            if (sum.getValue() == expected && parse(line, from, at + 1) != null) {
                return at + 1;
            }
        }
        return -1;
    }

    private boolean guarded(byte[] line, int from, int payload, int to) {
        crc.reset();
        crc.update(line, payload, to - payload);
        return crc.getValue() == number(line, from);
    }

    /** The check sum that stands here, or -1 where none does. */
    private static long number(byte[] line, int from) {
        long number = 0;
        for (int i = from; i < from + JournalRecord.CRC_LENGTH; i++) {
            int digit = Character.digit(line[i], 16);
            if (digit < 0) {
                return -1;
            }
            number = number << 4 | digit;
        }
        return number;
    }

    private static JournalRecord answer(byte[] line, int payload, int to) {
        long judgedAt = 0;
        int at = payload;
        for (; at < to && line[at] >= '0' && line[at] <= '9'; at++) {
            judgedAt = judgedAt * 10 + line[at] - '0';
        }
        if (at == payload || at >= to || line[at++] != ' ') {
            return null;
        }
        boolean value = startsWith(line, at, to, TRUE);
        if (!value && !startsWith(line, at, to, FALSE)) {
            return null;
        }
        at += value ? TRUE.length : FALSE.length;
        return new JournalRecord.Answer(unescape(new String(line, at, to - at, StandardCharsets.UTF_8)), value, judgedAt);
    }

    private static JournalRecord takenOver(byte[] line, int payload, int to) {
        String[] words = new String(line, payload, to - payload, StandardCharsets.US_ASCII).split(" ");
        return words.length == 3 && words[0].equals("taken-over")
                ? new JournalRecord.TakenOver(Long.parseLong(words[1]), Long.parseLong(words[2])) : null;
    }

    private static boolean startsWith(byte[] line, int at, int to, byte[] word) {
        return to - at >= word.length && java.util.Arrays.equals(line, at, at + word.length, word, 0, word.length);
    }

    private static String unescape(String key) {
        if (key.indexOf('\\') < 0) {
            return key;
        }
        StringBuilder plain = new StringBuilder(key.length());
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (c == '\\' && i + 1 < key.length()) {
                char escaped = key.charAt(++i);
                plain.append(escaped == 'n' ? '\n' : escaped);
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
