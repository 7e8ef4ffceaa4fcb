package dev.tollgate.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Assumptions;

/** A file system of its own, small, that a test fills to the last byte and frees. */
public final class SmallDisk implements AutoCloseable {

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** Skips the test, with the reason, where nothing may be mounted. */
    public static SmallDisk mount(Path folder, String size) {
        try {
            Files.createDirectories(folder);
            String said = run("mount", "-t", "tmpfs", "-o", "size=" + size + ",mode=777", "tmpfs", folder.toString());
            Assumptions.assumeTrue(said.isEmpty(), () -> "No small disk can be mounted here (root may): " + said);
            return new SmallDisk(folder);
        }
        catch (IOException e) {
            return Assumptions.abort("No small disk can be mounted here: " + e.getMessage());
        }
    }

    Path folder() {
        return folder;
    }

    public void fill() {
        byte[] block = new byte[4096];
        try (OutputStream filler = Files.newOutputStream(filler())) {
            while (true) {
                filler.write(block);
            }
        }
        catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space left")) {
                throw new UncheckedIOException(full);
            }
        }
    }

    public void free() {
        try {
            Files.deleteIfExists(filler());
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            int code = process.waitFor();
            return code == 0 ? "" : said.isEmpty() ? "exit " + code : said;
        }
        catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    @Override
    public void close() {
        try {
            run("umount", "-l", folder.toString());
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
