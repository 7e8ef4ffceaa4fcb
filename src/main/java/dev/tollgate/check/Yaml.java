package dev.tollgate.check;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A piece of a YAML file that knows where it stands. One of the three is filled: fields of a mapping, items of a list,
 * or the text of a scalar.
 *
 * @param type {@code map}, {@code seq}, or of a scalar {@code str}, {@code int}, {@code float}, {@code bool}, {@code null}
 */
record Yaml(Place place, String type, Map<String, Yaml> fields, List<Yaml> items, String text) {

    /**
     * Where a piece stands. The value of a field begins in the line of its key.
     *
     * @param key of the field whose value it is, or null
     * @param source every line of the file
     */
    record Place(String file, int line, int lastLine, String key, List<String> source) {
    }

    boolean isMapping() {
        return type.equals("map");
    }

    String key() {
        return place.key();
    }

    int line() {
        return place.line();
    }

    boolean has(String... path) {
        return get(path) != null;
    }

    /** What stands below, or null. */
    Yaml get(String... path) {
        Yaml found = this;
        for (String name : path) {
            found = found == null ? null : found.fields.get(name);
        }
        return found;
    }

    /** The text that stands below; empty where there is none. */
    String text(String... path) {
        Yaml found = get(path);
        return found == null || found.text == null ? "" : found.text;
    }

    /** One field as the only entry of a list, as files of routes are written; it keeps its lines. */
    Yaml alone(String field) {
        Yaml entry = new Yaml(place, "map", Map.of(field, fields.get(field)), List.of(), null);
        return new Yaml(place, "seq", Map.of(), List.of(entry), null);
    }

    /** What is directly below, of a mapping or a list. */
    Stream<Yaml> children() {
        return Stream.concat(fields.values().stream(), items.stream());
    }

    /** This piece and everything below it. */
    Stream<Yaml> all() {
        return Stream.concat(Stream.of(this), children().flatMap(Yaml::all));
    }

    Finding finding(RuleId rule, String sentence) {
        return new Finding(place.file(), place.line(), rule, sentence);
    }

    /** A finding about a part of this text, which may run over several lines. */
    Finding finding(RuleId rule, String part, String sentence) {
        for (int line = place.line(); line <= Math.min(place.lastLine(), place.source().size()); line++) {
            if (place.source().get(line - 1).contains(part)) {
                return new Finding(place.file(), line, rule, sentence);
            }
        }
        return finding(rule, sentence);
    }
}
