package dev.tollgate.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Three gateways as processes of their own on one PostgreSQL, which a test kills, pauses and cuts off. */
final class ThreeNodes implements AutoCloseable {

    static final int NODES = 3;

    private final Path folder;
    private final PostgresServer postgres;
    private final Map<String, String> settings;
    private final Map<String, String> environment;
    private final List<Long> skews;
    private final Map<Integer, Map<String, String>> own;
    private final List<String> classPath;
    private final GatewayProcess[] nodes = new GatewayProcess[NODES];

    /**
     * Starts all three at once.
     *
     * @param skews    milliseconds by which the clocks of the nodes are wrong
     * @param settings keys of application.yaml, for each of them
     */
    ThreeNodes(Path folder, PostgresServer postgres, List<Long> skews, Map<String, String> settings, Map<String, String> environment) {
        this(folder, postgres, skews, settings, Map.of(), environment);
    }

    /** @param own settings that one of them has for itself, by its number */
    ThreeNodes(Path folder, PostgresServer postgres, List<Long> skews, Map<String, String> settings, Map<Integer, Map<String, String>> own,
            Map<String, String> environment) {
        this.own = own;
        this.folder = folder;
        this.postgres = postgres;
        this.skews = skews;
        this.settings = settings;
        this.environment = environment;
        this.classPath = classPath();
        CompletableFuture.allOf(IntStream.range(0, NODES).mapToObj(n -> CompletableFuture.runAsync(() -> start(n),
                task -> new Thread(task).start())).toArray(CompletableFuture[]::new)).join();
    }

    /** The tests' own classes are no part of a gateway, but for the one that sets its clock wrong. */
    private List<String> classPath() {
        try {
            Path extra = folder.resolve("extra");
            Path own = Path.of(SkewedGateway.class.getProtectionDomain().getCodeSource().getLocation().getPath());
            Path from = own.resolve("dev/tollgate/e2e");
            Files.createDirectories(extra.resolve("dev/tollgate/e2e"));
            try (Stream<Path> classes = Files.list(from)) {
                for (Path file : classes.filter(f -> f.getFileName().toString().startsWith("SkewedGateway")).toList()) {
                    Files.copy(file, extra.resolve("dev/tollgate/e2e").resolve(file.getFileName()));
                }
            }
            String others = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(entry -> !Path.of(entry).toAbsolutePath().equals(own.toAbsolutePath())).map(entry -> Path.of(entry).toAbsolutePath().toString())
                    .collect(Collectors.joining(File.pathSeparator));
            return List.of("-cp", extra + File.pathSeparator + others, SkewedGateway.class.getName());
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a node that is not there, or was killed. */
    void start(int n) {
        nodes[n] = GatewayProcess.unpackaged(program(n), folder("node" + n), settings(n), environment);
    }

    /** A start that is to be refused: what it wrote to its console. */
    String refused(int n, String folderName, Map<String, String> changed, Map<String, String> secrets) {
        Map<String, String> all = new TreeMap<>(settings(n));
        all.putAll(changed);
        Map<String, String> variables = new TreeMap<>(environment);
        variables.putAll(secrets);
        try (GatewayProcess started = GatewayProcess.unpackaged(program(n), folder(folderName), all, variables)) {
            return "it started: " + started.console();
        }
        catch (AssertionError refused) {
            return refused.getMessage();
        }
    }

    /** A gateway on the same database that shares nothing, for comparison. */
    GatewayProcess alone(Map<String, String> changed) {
        Map<String, String> all = new TreeMap<>(settings(1));
        all.put("tollgate.cluster.enabled", "false");
        all.putAll(changed);
        return GatewayProcess.unpackaged(program(1), folder("alone"), all, environment);
    }

    private List<String> program(int n) {
        List<String> program = new ArrayList<>(List.of("-Dtollgate.test.skew=" + skews.get(n)));
        program.addAll(classPath);
        return program;
    }

    private Path folder(String name) {
        try {
            return Files.createDirectories(folder.resolve(name));
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, String> settings(int n) {
        Map<String, String> all = new TreeMap<>(postgres.settings());
        all.put("tollgate.cluster.enabled", "true");
        all.put("tollgate.cluster.node-id", "node" + n);
        all.put("tollgate.routes-dir", Path.of("routes").toAbsolutePath().toString()); // the class path of tests has them twice
        all.putAll(settings);
        all.putAll(own.getOrDefault(n, Map.of()));
        return all;
    }

    GatewayProcess process(int n) {
        return nodes[n];
    }

    Gateway gateway(int n) {
        return nodes[n].gateway();
    }

    JsonNode status(int n) {
        return gateway(n).get("/status").json();
    }

    void kill(int n) {
        nodes[n].kill();
    }

    /** It does nothing until it goes on: as a machine that swaps, or a virtual one that is moved. */
    void pause(int n) {
        signal("STOP", n);
    }

    void goOn(int n) {
        signal("CONT", n);
    }

    private void signal(String name, int n) {
        try {
            assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(nodes[n].pid())).inheritIO().start().waitFor()).isZero();
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        for (GatewayProcess node : nodes) {
            if (node != null) {
                node.close();
            }
        }
    }
}
