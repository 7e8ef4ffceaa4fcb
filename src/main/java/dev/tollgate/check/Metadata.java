package dev.tollgate.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The settings that the libraries on the class path, and this one, declare for editors to complete. */
final class Metadata {

    private static final List<String> RESOURCES = List.of("META-INF/spring-configuration-metadata.json",
            "META-INF/additional-spring-configuration-metadata.json");

    /** Types that have keys of the user's choice below them. */
    private static final Pattern OPEN = Pattern.compile("java\\.util\\.(Map|Properties|List|Set|Collection)\\b.*|.*\\[]");

    /**
     * A declared setting.
     *
     * @param derived      whether it follows from others, so that nobody sets it
     * @param defaultValue what it is where nobody sets it; empty when there is none
     * @param description  what it does, as its javadoc or the metadata file says
     */
    record Property(String name, boolean open, boolean derived, String defaultValue, String description) {
    }

    /** By name without hyphens and capitals, as Spring compares names. */
    /** Bound: the settings that there are. */
    private final TreeMap<String, Property> properties = new TreeMap<>();

    static Metadata fromClassPath() {
        Metadata metadata = new Metadata();
        try {
            for (String resource : RESOURCES) {
                for (URL url : Collections.list(Metadata.class.getClassLoader().getResources(resource))) {
                    new ObjectMapper().readTree(url).path("properties").forEach(metadata::add);
                }
            }
        }
        catch (IOException e) {
            throw new UncheckedIOException("The configuration metadata on the class path cannot be read", e);
        }
        return metadata;
    }

    private void add(JsonNode json) {
        String name = json.path("name").asText();
        boolean derived = json.path("sourceType").asText().endsWith("DerivedSettings");
        properties.put(uniform(name), new Property(name, OPEN.matcher(json.path("type").asText()).matches(), derived,
                json.path("defaultValue").asText(), json.path("description").asText()));
    }

    static String uniform(String key) {
        return key.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }

    /** Whether there is such a setting, however its name is written. */
    boolean knows(String key) {
        String wanted = uniform(key);
        return properties.containsKey(wanted) || parents(wanted).map(properties::get)
                .anyMatch(parent -> parent != null && parent.open());
    }

    /** Whether an environment variable sets one of these: in it dots and hyphens cannot be told apart. */
    boolean knowsVariable(String variable) {
        String wanted = letters(variable);
        return properties.values().stream().anyMatch(property -> property.open() ? wanted.startsWith(letters(property.name()))
                : wanted.equals(letters(property.name())));
    }

    private static String letters(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
    }

    /** Whether there is a setting of exactly this name, as a placeholder must write it. */
    boolean declares(String key) {
        Property property = properties.get(uniform(key));
        return property != null ? property.name().equals(key) : knows(key);
    }

    /** The setting of nearly that name: at most three letters differ; empty without one. */
    Optional<String> nearest(String key) {
        String wanted = uniform(key);
        return properties.entrySet().stream()
                .filter(known -> Math.abs(known.getKey().length() - wanted.length()) <= 3)
                .map(known -> Map.entry(distance(known.getKey(), wanted), known.getValue().name()))
                .filter(known -> known.getKey() <= 3).min(Map.Entry.comparingByKey()).map(Map.Entry::getValue);
    }

    /** Letters to add, leave out or change (Levenshtein). */
    private static int distance(String one, String other) {
        int[] row = IntStream.rangeClosed(0, other.length()).toArray();
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }

    Stream<Property> below(String prefix) {
        Map<String, Property> own = properties.subMap(prefix + ".", prefix + "/");
        return own.values().stream();
    }

    private static Stream<String> parents(String key) {
        return Stream.iterate(key.lastIndexOf('.'), dot -> dot > 0, dot -> key.lastIndexOf('.', dot - 1))
                .map(dot -> key.substring(0, dot));
    }
}
