package dev.tollgate.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.stereotype.Component;

/** Warns, once after the start, of settings that nobody reads: a misspelled one would have no effect, and nobody would know. */
@Component
class UnreadKeys {

    private static final Logger log = LoggerFactory.getLogger(UnreadKeys.class);

    /** Keys below these are somebody's here; all others may be what a route's own placeholders name. */
    private static final List<String> OURS = List.of("tollgate.", "spring.", "server.", "management.", "logging.", "camel.main.");

    /** Read by name, from the environment alone. */
    private static final Set<String> VARIABLES = Set.of("TOLLGATE_ADMIN_KEY", "TOLLGATE_MASTER_KEY");

    @EventListener
    void tell(ApplicationReadyEvent ready) {
        Thread reading = new Thread(() -> warnings(ready.getApplicationContext().getEnvironment(), Metadata.fromClassPath()).forEach(log::warn),
                "unread-keys");
        reading.setDaemon(true);
        reading.start(); // the list of what there is takes a second to read, which no caller should wait for
    }

    /** A sentence for each key that nobody reads. */
    static List<String> warnings(ConfigurableEnvironment environment, Metadata metadata) {
        Map<String, String> found = new TreeMap<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            boolean variables = source.getName().equals(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
            boolean written = source instanceof OriginTrackedMapPropertySource || source instanceof CommandLinePropertySource;
            if (source instanceof EnumerablePropertySource<?> listed && (written || variables)) {
                for (String name : listed.getPropertyNames()) {
                    unread(name, variables, metadata).ifPresent(nearest -> found.putIfAbsent(name,
                            "Nothing reads the setting %s, which comes from %s%s".formatted(name, origin(source, name),
                                    nearest.isEmpty() ? ": remove it" : ": there is " + nearest)));
                }
            }
        }
        return new ArrayList<>(found.values());
    }

    /** What there is of nearly that name, "" where there is nothing; empty where the key is read or is none of ours. */
    private static Optional<String> unread(String name, boolean variable, Metadata metadata) {
        if (variable) {
            boolean ours = name.startsWith("TOLLGATE_") && !VARIABLES.contains(name) && !name.startsWith("TOLLGATE_TEST_");
            String key = name.toLowerCase(Locale.ROOT).replace('_', '.');
            return !ours || metadata.knowsVariable(name) ? Optional.empty()
                    : Optional.of(metadata.nearest(key).map(near -> near.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT)).orElse(""));
        }
        String key = name.replaceAll("\\[.*", "");
        return OURS.stream().noneMatch(key::startsWith) || metadata.knows(key) ? Optional.empty() : Optional.of(metadata.nearest(key).orElse(""));
    }

    private static String origin(PropertySource<?> source, String name) {
        Origin origin = OriginLookup.getOrigin(source, name);
        return origin == null ? source.getName() : origin.toString();
    }
}
