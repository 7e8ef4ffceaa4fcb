package dev.tollgate.gemini;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The key in {@code appSetting.txt}, for companies without any row in TokenMaster. Read at every use, so that a change
 * needs no restart. The file holds a bare key, or lines {@code name=value} or {@code name: value}, of which the first
 * whose name speaks of a key counts. Lines of another form, comments among them, are passed over.
 */
final class FallbackKey {

    private static final String KEY = "[\"']?(\\w[\\w.-]*)[\"']?";
    private static final Pattern BARE = Pattern.compile(KEY);

    /** Braces, commas and what follows a {@code #} are let be, so that a file of JSON or properties is read as well. */
    private static final Pattern SETTING = Pattern.compile(
            "[{\\s]*[\"']?(\\w[\\w .-]*?)[\"']?\\s*[=:]\\s*" + KEY + "[\\s,;}]*(?:#.*)?");

    private final Path file;

    FallbackKey(Path file) {
        this.file = file;
    }

    /** @return the key; empty where there is no file or no key in it */
    Optional<String> read() {
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8).replace("\uFEFF", "");
            return text.lines().map(String::strip).flatMap(line -> keyOf(line).stream()).findFirst();
        }
        catch (NoSuchFileException none) {
            return Optional.empty();
        }
        catch (IOException e) {
            throw new UncheckedIOException("tollgate.gemini.api-key-file cannot be read: " + file, e);
        }
    }

    private static Optional<String> keyOf(String line) {
        Matcher bare = BARE.matcher(line);
        if (bare.matches()) {
            return Optional.of(bare.group(1));
        }
        Matcher setting = SETTING.matcher(line);
        return setting.matches() && setting.group(1).toLowerCase(Locale.ROOT).contains("key")
                ? Optional.of(setting.group(2)) : Optional.empty();
    }
}
