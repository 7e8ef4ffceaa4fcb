package dev.tollgate.xai;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Texts that stand beside the routes. Read anew for each call to the upstream, so that an edit takes effect at once; the
 * copy in the jar serves where the folder has none.
 */
record PolicyFiles(Path routes) {

    VerdictPrompt prompt() {
        return VerdictPrompt.parse(read("xai/verdict-prompt.txt"));
    }

    VerdictSchema schema() {
        return VerdictSchema.parse(read("xai/verdict-schema.json"));
    }

    private String read(String name) {
        Path file = routes.resolve(name);
        try {
            return Files.exists(file) ? Files.readString(file) : packaged(name);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static String packaged(String name) throws IOException {
        try (InputStream in = PolicyFiles.class.getResourceAsStream("/routes/" + name)) {
            if (in == null) {
                throw new IOException("there is no such file, nor one in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
