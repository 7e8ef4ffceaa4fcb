package dev.tollgate;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The jars of the folder {@code ext/} beside the gateway: components of Camel that it does not bring, database drivers, own
 * classes. They are put on the class path once, at the start, in front of everything that looks something up.
 */
final class Extensions {

    /** In the working folder. */
    static final Path FOLDER = Path.of("ext");

    private Extensions() {
    }

    /**
     * Makes the jars of a folder visible to this thread and all that come of it.
     *
     * @return the names of the jars; empty where there is no such folder
     * @throws IllegalStateException if the folder cannot be read
     */
    static List<String> add(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
            URL[] urls = new URL[jars.size()];
            for (int i = 0; i < urls.length; i++) {
                urls[i] = jars.get(i).toUri().toURL();
            }
            Thread thread = Thread.currentThread();
            thread.setContextClassLoader(new URLClassLoader("ext", urls, thread.getContextClassLoader()));
            return jars.stream().map(jar -> jar.getFileName().toString()).toList();
        }
        catch (IOException e) {
            throw new IllegalStateException("The folder %s cannot be read: give this process the right to, or remove it"
                    .formatted(folder.toAbsolutePath()), e);
        }
    }
}
