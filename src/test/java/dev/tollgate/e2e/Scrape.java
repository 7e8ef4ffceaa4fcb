package dev.tollgate.e2e;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One look at {@code /actuator/prometheus}.
 *
 * @param samples values by name and labels, as {@code name{label="value",…}} with the labels in their order
 * @param help what stands behind {@code # HELP}, by name
 * @param types what stands behind {@code # TYPE}, by name
 */
record Scrape(Map<String, Double> samples, Map<String, String> help, Map<String, String> types) {

    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*(?:\\{.*})?) (\\S+)");

    static Scrape of(String text) {
        Map<String, Double> samples = new TreeMap<>();
        Map<String, String> help = new TreeMap<>();
        Map<String, String> types = new TreeMap<>();
        for (String line : text.split("\n")) {
            Matcher sample = SAMPLE.matcher(line);
            if (line.startsWith("# HELP ")) {
                String[] parts = line.substring(7).split(" ", 2);
                help.put(parts[0], parts.length < 2 ? "" : parts[1].strip());
            }
            else if (line.startsWith("# TYPE ")) {
                String[] parts = line.substring(7).split(" ");
                types.put(parts[0], parts[1]);
            }
            else if (!line.startsWith("#") && sample.matches()) {
                samples.put(sample.group(1), Double.valueOf(sample.group(2).replace("+Inf", "Infinity")));
            }
        }
        return new Scrape(samples, help, types);
    }

    /** The value of a sample, 0 where there is none yet. */
    double value(String sample) {
        return samples.getOrDefault(sample, 0.0);
    }

    /** Names of our own metrics, without the endings that Prometheus adds to one metric's samples. */
    Set<String> ours() {
        Set<String> names = new TreeSet<>(help.keySet());
        names.removeIf(name -> !name.startsWith("tollgate_"));
        return names;
    }
}
