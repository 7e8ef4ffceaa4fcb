package dev.tollgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tollgate.Signals;

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
    private final GatewayProcess[] nodes = new GatewayProcess[NODES];
    /** What each is started with: this build, or the jar of another. */
    private final List<List<String>> programs;

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
        this(folder, postgres, skews, settings, own, environment, NodeProgram.ofThisBuild());
    }

    /** Of another release, by its jar; {@link #upgrade} replaces one. */
    static ThreeNodes ofJar(Path jar, Path folder, PostgresServer postgres, Map<String, String> settings, Map<String, String> environment) {
        return new ThreeNodes(folder, postgres, List.of(0L, 0L, 0L), settings, Map.of(), environment, List.of("-jar", jar.toAbsolutePath().toString()));
    }

    /** With an xAI, and days that no test outlives. */
    static ThreeNodes ofXai(Path folder, PostgresServer postgres, List<Long> skews, CountingXai xai, Map<String, String> more) {
        Map<String, String> settings = new TreeMap<>(Map.of("tollgate.xai.base-url", xai.url(), "tollgate.xai.zone", Noon.zone()));
        settings.putAll(more);
        return new ThreeNodes(folder, postgres, skews, settings, Map.of("XAI_API_KEY", "xai-key-of-three-1"));
    }

    private ThreeNodes(Path folder, PostgresServer postgres, List<Long> skews, Map<String, String> settings, Map<Integer, Map<String, String>> own,
            Map<String, String> environment, List<String> program) {
        this.own = own;
        this.folder = folder;
        this.postgres = postgres;
        this.skews = skews;
        this.settings = settings;
        this.environment = environment;
        this.programs = new ArrayList<>(Collections.nCopies(NODES, program));
        NodeProgram.whileNoOthersStart(() -> CompletableFuture.allOf(IntStream.range(0, NODES).mapToObj(n ->
                CompletableFuture.runAsync(() -> start(n), task -> new Thread(task).start())).toArray(CompletableFuture[]::new)).join());
    }

    /** Starts a node that is not there, or was killed. */
    void start(int n) {
        nodes[n] = GatewayProcess.unpackaged(program(n), folder("node" + n), settings(n), environment);
    }

    /** Stops a node in order, and starts this build in its place. */
    void upgrade(int n) {
        nodes[n].stop();
        programs.set(n, NodeProgram.ofThisBuild());
        start(n);
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
        program.addAll(programs.get(n));
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
        if (!programs.get(n).contains("-jar")) { // which has those of its release
            all.put("tollgate.routes-dir", Path.of("routes").toAbsolutePath().toString());
        }
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

    void pauseFor(int n, Duration time) {
        pause(n);
        pass(time);
        goOn(n);
    }

    /** Time that a scenario itself lasts. */
    static void pass(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        }
        catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private void signal(String name, int n) {
        assertThat(Signals.send(name, nodes[n].pid())).isZero();
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
