package dev.tollgate.door;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

import dev.tollgate.check.Finding;
import dev.tollgate.check.RouteFile;
import dev.tollgate.check.RouteFolder;
import dev.tollgate.check.RuleId;
import dev.tollgate.gateway.DoorProperties;

/**
 * The route files to serve: those of the folder, or where there was none at the start those inside the jar. Files below
 * {@code sandbox/} belong to them only in the sandbox profile.
 */
@Component
class RouteFiles {

    private final Path folder;
    private final boolean sandbox;
    private volatile RouteSet last;
    private volatile Set<String> mentioned = Set.of();

    RouteFiles(DoorProperties properties, Environment environment) {
        this.folder = Path.of(properties.routesDir()).toAbsolutePath().normalize();
        this.sandbox = environment.acceptsProfiles(Profiles.of("sandbox"));
    }

    /** Reads all files at once. What was read first decides whether it is the folder that serves, or the jar. */
    RouteSet read() {
        try {
            RouteSet read = last == null ? Files.isDirectory(folder) ? readFolder() : readJar() : isFolder() ? readFolder() : readJar();
            mentioned = RouteFolder.mentioned(read.files());
            last = read;
            return read;
        }
        catch (IOException e) {
            throw new UncheckedIOException("The routes inside the jar cannot be read", e);
        }
    }

    /** Whether the folder's routes serve, rather than those inside the jar. */
    boolean isFolder() {
        return last != null && last.scheme().equals("file:");
    }

    /** What is wrong with the folder as such: it changes nothing while the gateway runs, and is told. */
    Optional<Finding> trouble(RouteFolder.Glance glance) {
        if (!isFolder()) {
            return Files.isDirectory(folder) ? trouble("is there now. The routes inside the jar serve until the next start") : Optional.empty();
        }
        if (!Files.isDirectory(folder)) {
            return trouble("is gone. The routes that were read last serve on: bring it back");
        }
        return glance.isEmpty() ? trouble("holds no routes. Those that were read last serve on: bring the files back") : Optional.empty();
    }

    private Optional<Finding> trouble(String what) {
        return Optional.of(new Finding(folder.toString(), 1, RuleId.ROUTES_FOLDER, "The folder of the routes " + what));
    }

    /** Whether anything that matters differs from what it was; nothing ever does where the jar serves. */
    RouteFolder.Glance glance() {
        return isFolder() ? RouteFolder.glance(folder, this::belongs, mentioned) : new RouteFolder.Glance("", false);
    }

    /** The name of a file as a person says it: {@code routes/gemini/extract.camel.yaml}, wherever the folder is. */
    String shortName(String location) {
        String name = location.replaceFirst("^(file|classpath):", "");
        Path path = Path.of(name);
        return path.startsWith(folder) ? ("routes/" + folder.relativize(path)).replace('\\', '/') : name;
    }

    /** When a file was last changed; empty for one inside the jar. */
    Optional<Instant> changedAt(String location) {
        try {
            return location.startsWith("file:")
                    ? Optional.of(Files.getLastModifiedTime(Path.of(location.substring("file:".length()))).toInstant())
                    : Optional.empty();
        }
        catch (IOException gone) {
            return Optional.empty();
        }
    }

    private RouteSet readFolder() {
        RouteFolder read = RouteFolder.read(folder, this::belongs);
        return new RouteSet("file:" + folder, "file:", read.files(), read.problems(), read.ignored(), read.data());
    }

    private RouteSet readJar() throws IOException {
        var found = Arrays.stream(
                new PathMatchingResourcePatternResolver().getResources("classpath*:routes/**/*.yaml"))
                .sorted(Comparator.comparing(Object::toString)).toList();
        List<RouteFile> files = new ArrayList<>();
        for (var resource : found) {
            String url = resource.getURL().toString();
            String name = url.substring(url.lastIndexOf("routes/") + "routes/".length());
            if (belongs(name)) {
                files.add(new RouteFile("routes/" + name, resource.getContentAsString(StandardCharsets.UTF_8)));
            }
        }
        return new RouteSet("classpath:routes", "classpath:", files, List.of(), List.of(), Map.of());
    }

    private boolean belongs(String name) {
        return sandbox || !name.startsWith("sandbox/");
    }
}
