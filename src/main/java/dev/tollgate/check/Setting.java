package dev.tollgate.check;

import java.util.stream.Stream;

/**
 * One setting of an application.yaml.
 *
 * @param documented whether a comment stands above it or above the block it belongs to
 */
record Setting(String key, Yaml yaml, boolean documented) {

    /** The settings of a document, each with its whole name; a list is one setting. */
    static Stream<Setting> of(Yaml document) {
        return below("", document, false);
    }

    private static Stream<Setting> below(String prefix, Yaml block, boolean documented) {
        return block.fields().values().stream().flatMap(yaml -> {
            String key = prefix + yaml.key();
            boolean commented = commented(yaml);
            return yaml.fields().isEmpty() ? Stream.of(new Setting(key, yaml, documented || commented))
                    : below(key + ".", yaml, commented);
        });
    }

    private static boolean commented(Yaml yaml) {
        return yaml.line() > 1 && yaml.place().source().get(yaml.line() - 2).strip().startsWith("#");
    }
}
