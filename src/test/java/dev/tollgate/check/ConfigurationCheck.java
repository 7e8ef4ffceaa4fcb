package dev.tollgate.check;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads an application.yaml against what the libraries declare. Camel ignores a misspelled setting without a word, and
 * an operator cannot turn a knob that the file does not show.
 */
public final class ConfigurationCheck {

    private static final String OWN = "tollgate.";

    private final Metadata metadata = Metadata.fromClassPath();

    /** What is wrong with the file, every document of it; empty if nothing is. */
    public List<Finding> check(String name, String text) {
        Set<Finding> findings = new TreeSet<>();
        List<Setting> settings = YamlReader.read(name, text, findings::add).stream().flatMap(Setting::of).toList();
        unknown(settings, findings);
        undocumented(settings, findings);
        hidden(name, settings, findings);
        return List.copyOf(findings);
    }

    private void unknown(List<Setting> settings, Set<Finding> findings) {
        settings.stream().filter(setting -> !metadata.knows(setting.key()))
                .forEach(setting -> findings.add(setting.yaml().finding(null, ("Nothing reads %s: correct the name, or declare it "
                        + "in additional-spring-configuration-metadata.json if a route does").formatted(setting.key()))));
    }

    /** A comment counts for every document: a profile that overrides a value need not repeat it. */
    private static void undocumented(List<Setting> settings, Set<Finding> findings) {
        Set<String> documented = settings.stream().filter(Setting::documented).map(Setting::key).collect(Collectors.toSet());
        settings.stream().filter(setting -> setting.key().startsWith(OWN) && !documented.contains(setting.key()))
                .forEach(setting -> findings.add(setting.yaml().finding(null,
                        "%s has no comment: write one line above it that says what it does".formatted(setting.key()))));
    }

    private void hidden(String name, List<Setting> settings, Set<Finding> findings) {
        Set<String> shown = settings.stream().map(setting -> Metadata.uniform(setting.key())).collect(Collectors.toSet());
        int line = settings.stream().filter(setting -> setting.key().startsWith(OWN)).findFirst()
                .map(setting -> setting.yaml().line()).orElse(1);
        metadata.below("tollgate").filter(knob -> !knob.derived())
                .filter(knob -> shown.stream().noneMatch(key -> shows(key, Metadata.uniform(knob.name()))))
                .forEach(knob -> findings.add(new Finding(name, line, null,
                        "The knob %s is not in this file: add it with its default and a comment".formatted(knob.name()))));
    }

    private static boolean shows(String key, String knob) {
        return key.equals(knob) || key.startsWith(knob + ".");
    }
}
