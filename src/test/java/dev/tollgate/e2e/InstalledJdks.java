package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** JDKs of this machine: where JAVA17_HOME and the like point, beside the one that runs, and in the usual folders. */
final class InstalledJdks {

    private InstalledJdks() {
    }

    static Optional<Path> home(int version) {
        String named = System.getenv("JAVA" + version + "_HOME");
        return Stream.concat(Stream.ofNullable(named).map(Path::of), usualFolders().flatMap(InstalledJdks::inside))
                .filter(home -> isOf(home, version)).findFirst();
    }

    private static Stream<Path> usualFolders() {
        Path user = Path.of(System.getProperty("user.home"));
        return Stream.of(Path.of(System.getProperty("java.home")).toAbsolutePath().getParent(), Path.of("/usr/lib/jvm"),
                Path.of("/Library/Java/JavaVirtualMachines"), user.resolve(".sdkman/candidates/java"), user.resolve(".jdks"));
    }

    /** On macOS the home lies deeper. */
    private static Stream<Path> inside(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.flatMap(jdk -> Stream.of(jdk, jdk.resolve("Contents/Home"))).sorted().toList().stream();
        }
        catch (IOException unreadable) {
            return Stream.empty();
        }
    }

    private static boolean isOf(Path home, int version) {
        try {
            return Files.isRegularFile(home.resolve("release"))
                    && Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"" + version + ".");
        }
        catch (IOException unreadable) {
            return false;
        }
    }
}
