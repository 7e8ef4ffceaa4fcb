package dev.tollgate.e2e;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import static org.junit.jupiter.api.Assumptions.abort;

/**
 * npm's clients, in a folder below {@code target} where npm puts them, run by the Node of the machine. Without Node, or without
 * the packages and a registry to have them from, tests of them are reported as skipped.
 */
final class NodeClients {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MINUTES_TO_INSTALL = 4;
    private static final File NOTHING = new File("/dev/null");

    private final Path folder;

    private NodeClients(Path folder) {
        this.folder = folder;
    }

    /** @param sources a folder with {@code package.json} and {@code clients.mjs} */
    static NodeClients of(Path sources) throws IOException, InterruptedException {
        Path folder = Path.of("target", "node", sources.getFileName().toString()).toAbsolutePath();
        Files.createDirectories(folder);
        boolean installed = Files.exists(folder.resolve("package.json")) && Files.mismatch(sources.resolve("package.json"),
                folder.resolve("package.json")) < 0 && Files.exists(folder.resolve("node_modules/.package-lock.json"));
        for (String file : List.of("package.json", "clients.mjs")) {
            Files.copy(sources.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        NodeClients clients = new NodeClients(folder);
        clients.must(1, "node", "--version");
        if (!installed) {
            clients.must(MINUTES_TO_INSTALL, "npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund");
        }
        return clients;
    }

    /** Runs {@code clients.mjs}; each line that it prints is a result. */
    List<JsonNode> call(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("node", "clients.mjs"));
        command.addAll(List.of(arguments));
        List<JsonNode> results = new ArrayList<>();
        for (String line : run(3, Map.of(), command).text().lines().filter(line -> line.startsWith("{")).toList()) {
            results.add(JSON.readTree(line));
        }
        return results;
    }

    /** What a program said, and how it ended. */
    record Said(int exit, String text) {
    }

    /** Runs a program of one of the packages. */
    Said program(String name, Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("node", "node_modules/.bin/" + name));
        command.addAll(List.of(arguments));
        return run(3, environment, command);
    }

    /** A program that runs on. */
    record Running(Process process, Path output) implements AutoCloseable {

        /** What it has said so far. */
        String text() throws IOException {
            return Files.readString(output, StandardCharsets.UTF_8);
        }

        /** As Ctrl-C does: all of its processes are told. */
        void interrupt() {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }

        @Override
        public void close() throws IOException {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Files.deleteIfExists(output);
        }
    }

    /** Starts a program of one of the packages, without waiting for its end. */
    Running start(String name, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("node", "node_modules/.bin/" + name));
        command.addAll(List.of(arguments));
        Path said = Files.createTempFile(folder, "said", ".txt");
        return new Running(start(said, environment, command), said);
    }

    Path folder() {
        return folder;
    }

    private void must(long minutes, String... command) throws InterruptedException {
        try {
            Said said = run(minutes, Map.of(), List.of(command));
            if (said.exit != 0) {
                throw new IOException(said.text);
            }
        }
        catch (IOException notHere) {
            abort(String.join(" ", command) + " does not work on this machine: " + notHere.getMessage());
        }
    }

    private Said run(long minutes, Map<String, String> environment, List<String> command) throws IOException, InterruptedException {
        Path said = Files.createTempFile(folder, "said", ".txt");
        try {
            Process process = start(said, environment, command);
            if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
                process.destroyForcibly().waitFor();
                throw new IOException("no end within " + minutes + " minutes: " + Files.readString(said));
            }
            return new Said(process.exitValue(), Files.readString(said, StandardCharsets.UTF_8));
        }
        finally {
            Files.delete(said);
        }
    }

    private Process start(Path said, Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(NOTHING)).redirectOutput(said.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }
}
