package dev.tollgate.door;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;

import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * The set of route files to serve: those of the folder, or where there is no folder those inside the jar. Files below
 * {@code sandbox/} belong to the set only in the sandbox profile.
 */
final class RouteFiles {

    private static final String SUFFIX = ".camel.yaml";

    private final Path folder;
    private final boolean sandbox;

    RouteFiles(Path folder, Environment environment) {
        this.folder = folder;
        this.sandbox = environment.acceptsProfiles(Profiles.of("sandbox"));
    }

    /** Where a route's own files (prompts, schemas) stand, as a prefix that Camel's {@code resource:} understands. */
    String location() {
        return fromFolder() ? "file:" + folder.toAbsolutePath().normalize() : "classpath:routes";
    }

    /** Reads the whole set at once, so that what is loaded is what was checked. */
    List<Resource> read() {
        try {
            return fromFolder() ? readFolder() : readJar();
        }
        catch (IOException e) {
            throw new UncheckedIOException("The routes in " + location() + " cannot be read", e);
        }
    }

    private boolean fromFolder() {
        return Files.isDirectory(folder);
    }

    private List<Resource> readFolder() throws IOException {
        List<Resource> files = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
                String name = folder.relativize(path).toString().replace('\\', '/');
                if (belongs(name)) {
                    files.add(ResourceHelper.fromBytes("file:" + path.toAbsolutePath(), Files.readAllBytes(path)));
                }
            }
        }
        return files;
    }

    private List<Resource> readJar() throws IOException {
        var found = Arrays.stream(
                new PathMatchingResourcePatternResolver().getResources("classpath*:routes/**/*" + SUFFIX))
                .sorted(Comparator.comparing(Object::toString)).toList();
        List<Resource> files = new ArrayList<>();
        for (var resource : found) {
            String url = resource.getURL().toString();
            String name = url.substring(url.lastIndexOf("routes/") + "routes/".length());
            if (belongs(name)) {
                files.add(ResourceHelper.fromBytes("classpath:routes/" + name, resource.getContentAsByteArray()));
            }
        }
        return files;
    }

    private boolean belongs(String name) {
        return name.endsWith(SUFFIX) && (sandbox || !name.startsWith("sandbox/"));
    }
}
