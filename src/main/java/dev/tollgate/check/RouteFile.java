package dev.tollgate.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file of routes as it was read, so that what is checked is what is loaded.
 *
 * @param name what findings call it
 * @param text its YAML
 */
public record RouteFile(String name, String text) {

    private static final String KAMELET = ".kamelet.yaml";

    /** Every {@code *.camel.yaml} and {@code *.kamelet.yaml} below a folder, named by its path. */
    public static List<RouteFile> below(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile).sorted().filter(RouteFile::hasRoutes).map(RouteFile::read).toList();
        }
        catch (IOException e) {
            throw new UncheckedIOException("The routes in " + folder + " cannot be read", e);
        }
    }

    /** Whether it holds a kamelet rather than routes. */
    public boolean isKamelet() {
        return name.endsWith(KAMELET);
    }

    private static boolean hasRoutes(Path path) {
        String name = path.toString();
        return name.endsWith(".camel.yaml") || name.endsWith(KAMELET);
    }

    private static RouteFile read(Path path) {
        try {
            return new RouteFile(path.toString().replace('\\', '/'), Files.readString(path));
        }
        catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read; is it text in UTF-8?", e);
        }
    }
}
