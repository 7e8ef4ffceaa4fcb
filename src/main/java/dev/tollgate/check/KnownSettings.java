package dev.tollgate.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The settings that a placeholder may name while no gateway runs: those of application.yaml, and the declared ones. */
public final class KnownSettings implements Predicate<String> {

    private final Metadata metadata = Metadata.fromClassPath();
    private final Set<String> written;

    /** @param applicationYaml need not exist: the declared settings remain */
    public KnownSettings(Path applicationYaml) {
        this.written = keys(applicationYaml).collect(Collectors.toSet());
    }

    @Override
    public boolean test(String key) {
        return written.contains(key) || metadata.declares(key);
    }

    private static Stream<String> keys(Path file) {
        if (!Files.isRegularFile(file)) {
            return Stream.empty();
        }
        try {
            return YamlReader.read(file.toString(), Files.readString(file), finding -> { }).stream()
                    .flatMap(Setting::of).map(Setting::key);
        }
        catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read; is it text in UTF-8?", e);
        }
    }
}
