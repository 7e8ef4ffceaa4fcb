package dev.tollgate.ledger;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A kind of file below data-dir, for a test that damages it.
 *
 * @param file  that is damaged, relative to data-dir
 * @param said  part of the file name that an ERROR must hold
 * @param lines what each record is known by, and its bytes as they were written; none for a file that is one block
 * @param open  opens the real component on the damaged folder
 */
record Specimen(String file, String said, Map<String, String> lines, Opening open) {

    /** Opens the real component and says what it found. */
    interface Opening {
        Found in(Path dataDir) throws Exception;
    }

    /**
     * @param records   by which names; one name may come twice
     * @param paidTwice how often something was, or would be, paid a second time although its record was not damaged
     */
    record Found(Collection<String> records, long paidTwice) {
    }

    /** Records whose bytes still stand in the damaged file, and which were not found. */
    long lostBeyondTheDamage(byte[] damaged, Found found) {
        String text = new String(damaged, StandardCharsets.ISO_8859_1);
        return lines.entrySet().stream()
                .filter(line -> text.contains(line.getValue()) && !found.records.contains(line.getKey())).count();
    }

    /** @param names each of which stands in exactly one line */
    static Map<String, String> linesOf(byte[] file, List<String> names) {
        Map<String, String> lines = new TreeMap<>();
        List<String> all = new String(file, StandardCharsets.ISO_8859_1).lines().toList();
        names.forEach(name -> lines.put(name, all.stream().filter(line -> line.contains(name)).findFirst().orElseThrow()));
        return lines;
    }
}
