package dev.tollgate.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Camel finds on the class path, and which artifact brings what it does not find. */
public final class Components {

    /** What Camel looks up by name. */
    public enum Kind { COMPONENT, LANGUAGE, DATAFORMAT }

    private static final Pattern CLASS = Pattern.compile("class=(\\S+)\\.\\w+");
    private static final Pattern SYNTAX = Pattern.compile("\"syntax\": \"[^\":]*:([^\"]*)\"");
    private static final Properties ARTIFACTS = artifacts();

    /** Bound: the components of the class path. */
    private static final Map<String, String> SYNTAXES = new ConcurrentHashMap<>();

    private Components() {
    }

    /** The artifact to add for a name that Camel's catalog has and the class path has not; empty for all else. */
    public static Optional<String> missing(Kind kind, String name) {
        String artifact = ARTIFACTS.getProperty(kind.name().toLowerCase(Locale.ROOT) + "." + name);
        return artifact == null || text(service(kind, name)) != null ? Optional.empty() : Optional.of(artifact);
    }

    /** How a component writes its path, {@code httpUri} or {@code jobName/triggerName}; empty where it is not known. */
    static String syntax(String scheme) {
        return SYNTAXES.computeIfAbsent(scheme, Components::read);
    }

    private static String read(String scheme) {
        String service = text(service(Kind.COMPONENT, scheme));
        Matcher type = CLASS.matcher(service == null ? "" : service);
        String json = type.find() ? text("META-INF/" + type.group(1).replace('.', '/') + "/" + scheme + ".json") : null;
        Matcher syntax = SYNTAX.matcher(json == null ? "" : json);
        return syntax.find() ? syntax.group(1).replace("\\", "").replaceFirst("^//", "") : "";
    }

    private static String service(Kind kind, String name) {
        return "META-INF/services/org/apache/camel/" + kind.name().toLowerCase(Locale.ROOT) + "/" + name;
    }

    /** A resource of the class path, by the class loader that Camel asks, which knows the jars of {@code ext/}; null without one. */
    static String text(String resource) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        try (InputStream in = (loader == null ? Components.class.getClassLoader() : loader).getResourceAsStream(resource)) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        catch (IOException e) {
            throw new UncheckedIOException("The class path cannot be read: " + resource, e);
        }
    }

    private static Properties artifacts() {
        Properties artifacts = new Properties();
        try (InputStream in = Components.class.getResourceAsStream("components.properties")) {
            artifacts.load(in);
        }
        catch (IOException e) {
            throw new UncheckedIOException("The list of components on the class path cannot be read", e);
        }
        return artifacts;
    }
}
