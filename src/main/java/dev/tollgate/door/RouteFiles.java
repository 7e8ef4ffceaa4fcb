package dev.tollgate.door;

import dev.tollgate.gateway.DoorProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import dev.tollgate.check.RouteFile;

import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * The route files to serve: those of the folder, or where there is no folder those inside the jar. Files below
 * {@code sandbox/} belong to them only in the sandbox profile.
 */
@Component
class RouteFiles {

    private static final List<String> SUFFIXES = List.of(".kamelet.yaml", ".camel.yaml");

    private final Path folder;
    private final boolean sandbox;

    RouteFiles(DoorProperties properties, Environment environment) {
        this.folder = properties.routesDir().toAbsolutePath().normalize();
        this.sandbox = environment.acceptsProfiles(Profiles.of("sandbox"));
    }

    /** Reads all files at once. */
    RouteSet read() {
        try {
            return Files.isDirectory(folder)
                    ? new RouteSet("file:" + folder, "file:", readFolder())
                    : new RouteSet("classpath:routes", "classpath:", readJar());
        }
        catch (IOException e) {
            throw new UncheckedIOException("The routes cannot be read", e);
        }
    }

    /**
     * Differs from what it was as soon as any file of the folder does, a prompt as well as a route: names, sizes and
     * times. Asked often, so it reads no file and asks the disk once for each; constant where the routes inside the jar
     * serve.
     */
    String stamp() {
        if (!Files.isDirectory(folder)) {
            return "";
        }
        List<String> stamps = new ArrayList<>();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes found) throws IOException {
                    BasicFileAttributes attributes = found.isSymbolicLink() ? read(file) : found;
                    if (attributes.isRegularFile()) {
                        stamps.add(file + " " + attributes.size() + " " + attributes.lastModifiedTime().toMillis());
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        catch (IOException changing) {
            return "changing: " + changing.getMessage(); // a file went while we looked: the next look will tell
        }
        Collections.sort(stamps);
        return String.join("\n", stamps);
    }

    private static BasicFileAttributes read(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class);
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

    private List<RouteFile> readFolder() throws IOException {
        List<RouteFile> files = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
                if (belongs(folder.relativize(path).toString().replace('\\', '/'))) {
                    files.add(new RouteFile(path.toString(), Files.readString(path)));
                }
            }
        }
        return files;
    }

    private List<RouteFile> readJar() throws IOException {
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
        return files;
    }

    private boolean belongs(String name) {
        return SUFFIXES.stream().anyMatch(name::endsWith) && (sandbox || !name.startsWith("sandbox/"));
    }
}
