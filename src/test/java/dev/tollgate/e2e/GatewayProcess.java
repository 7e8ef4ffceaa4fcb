package dev.tollgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import dev.tollgate.FreePort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The packaged gateway as a process of its own, for production (no profile), as {@code java -jar} starts it: the jar as
 * it was built, or unpacked by its own tools, which is the same program with a quicker start. What it writes stays below
 * one folder: {@code data} is its data-dir, {@code tmp} its folder for temporary files.
 */
final class GatewayProcess implements AutoCloseable {

    /** 32 bytes in hexadecimal, so that no key file has to be made. */
    static final String MASTER_KEY = "5a".repeat(32);

    /** Half the start-up time and memory of the defaults; the heap is small so that waste shows. */
    static final List<String> QUICK = List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    /** Whether the jar as built starts with the flags that a JVM has by itself: the same with twice the work, to measure it. */
    static final boolean DEFAULT_FLAGS = Boolean.getBoolean("tollgate.test.default-flags");

    private static final Path RUNNING_JDK = Path.of(System.getProperty("java.home"));
    private static final Path JAR = Path.of(System.getProperty("tollgate.jar", "target/tollgate.jar")).toAbsolutePath();

    /** With the archive of its classes, which every JDK but the one that has written it passes by. */
    private static final List<String> UNPACKED = List.of("-XX:SharedArchiveFile=" + file("tollgate.archive", "jsa"),
            "-jar", file("tollgate.extracted", "jar").toString());

    private final int port;
    private final Process process;
    private final Path console;
    private final Duration readyAfter;

    private GatewayProcess(int port, Process process, Path console) {
        this.port = port;
        this.process = process;
        this.console = console;
        long begun = System.nanoTime();
        await("ready").pollInterval(Duration.ofMillis(50)).until(() -> {
            assertThat(process.isAlive()).as(console()).isTrue();
            return isReady();
        });
        this.readyAfter = Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Starts with the JDK that runs the tests, and returns once it is ready. */
    static GatewayProcess start(Path folder, Map<String, String> settings) {
        return start(RUNNING_JDK, QUICK, folder, settings);
    }

    /** @param environment further secrets, by the names of their variables */
    static GatewayProcess start(Path folder, Map<String, String> settings, Map<String, String> environment) {
        return start(RUNNING_JDK, QUICK, UNPACKED, folder, settings, environment);
    }

    /** Whatever the class path of the tests has of the gateway itself, with a main class of its own: nothing has to be packaged. */
    static GatewayProcess unpackaged(List<String> classPathAndMain, Path folder, Map<String, String> settings,
            Map<String, String> environment) {
        return start(RUNNING_JDK, QUICK, classPathAndMain, folder, settings, environment);
    }

    /** With a heap of 512 MB, and at its end as soon as that is not enough: for tests that attack it. */
    static GatewayProcess mortal(Path folder, Map<String, String> settings, Map<String, String> environment) {
        return mortal(RUNNING_JDK, QUICK, folder, settings, environment);
    }

    /** With flags of its own, and at its end as soon as its heap is not enough. */
    static GatewayProcess mortal(Path javaHome, List<String> flags, Path folder, Map<String, String> settings,
            Map<String, String> environment) {
        List<String> all = new ArrayList<>(flags);
        all.add("-XX:+ExitOnOutOfMemoryError");
        return start(javaHome, all, UNPACKED, folder, settings, environment);
    }

    /** @param settings keys of application.yaml */
    static GatewayProcess start(Path javaHome, List<String> flags, Path folder, Map<String, String> settings) {
        return start(javaHome, flags, UNPACKED, folder, settings, Map.of());
    }

    /** The jar as it was built. */
    static GatewayProcess asBuilt(Path folder, Map<String, String> settings) {
        return start(RUNNING_JDK, DEFAULT_FLAGS ? List.of() : QUICK, List.of("-jar", JAR.toString()), folder, settings, Map.of());
    }

    /** The jar unpacked, and what lies in {@code ext/}, as the image and the service start it. */
    static GatewayProcess asService(Path folder, Map<String, String> settings) {
        return start(RUNNING_JDK, QUICK, List.of("-cp", file("tollgate.extracted", "jar") + ":ext/*", "dev.tollgate.TollgateApplication"),
                folder, settings, Map.of());
    }

    /** What {@code packaging/unpack} has laid out in the folder, as the service and the image start it. */
    static GatewayProcess laidOut(Path folder) {
        return start(RUNNING_JDK, List.of("-Xmx512m"), List.of("@tollgate.args"), folder, Map.of(), Map.of());
    }

    /**
     * A start of the jar as it was built that is to end by itself.
     *
     * @param status with which it ended
     * @param console all that it wrote
     */
    record Ended(int status, String console) {
    }

    /** Starts, and returns once that has failed. */
    static Ended refused(Path javaHome, List<String> flags, Path folder) {
        try {
            Path console = Files.createTempFile(folder, "console", ".txt");
            List<String> command = new ArrayList<>(List.of(javaHome.resolve("bin").resolve("java").toString()));
            command.addAll(flags);
            command.addAll(List.of("-jar", JAR.toString(), "--server.port=0", "--tollgate.data-dir=" + folder.resolve("data")));
            Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                    .redirectOutput(console.toFile()).start();
            try {
                assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(Files.readString(console)).isTrue();
            }
            finally {
                process.destroyForcibly();
            }
            return new Ended(process.exitValue(), Files.readString(console));
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Whether it lives. */
    boolean isAlive() {
        return process.isAlive();
    }

    /** Bytes of all objects that are in use, after a collection. */
    long liveBytes() {
        try {
            Process jcmd = new ProcessBuilder(RUNNING_JDK.resolve("bin/jcmd").toString(), String.valueOf(pid()), "GC.class_histogram")
                    .redirectErrorStream(true).start();
            String text = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String[] total = text.substring(text.lastIndexOf("Total")).strip().split("\\s+");
            return Long.parseLong(total[2]);
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path file(String property, String ending) {
        return Path.of(System.getProperty(property, "target/extracted/tollgate." + ending)).toAbsolutePath();
    }

    private static GatewayProcess start(Path javaHome, List<String> flags, List<String> program, Path folder,
            Map<String, String> settings, Map<String, String> environment) {
        try {
            int port = FreePort.find();
            Path temporary = Files.createDirectories(folder.resolve("tmp"));
            List<String> command = new ArrayList<>(List.of(javaHome.resolve("bin").resolve("java").toString()));
            command.addAll(flags);
            command.add("-Djava.io.tmpdir=" + temporary);
            command.addAll(program);
            Map<String, String> all = new TreeMap<>(settings);
            all.put("server.port", String.valueOf(port));
            all.put("tollgate.data-dir", folder.resolve("data").toString());
            all.forEach((key, value) -> command.add("--" + key + "=" + value));
            Path console = Files.createTempFile(folder, "console", ".txt");
            ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                    .redirectOutput(console.toFile());
            builder.environment().put("TOLLGATE_MASTER_KEY", MASTER_KEY);
            builder.environment().putAll(environment);
            return new GatewayProcess(port, builder.start(), console);
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    Gateway gateway() {
        return new Gateway(port);
    }

    /** From the launch of the process until readiness said UP. */
    Duration readyAfter() {
        return readyAfter;
    }

    /** Work it has done on all cores together: a figure that a busy machine does not change much. */
    Duration cpuTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** All that it has written to its console. */
    String console() {
        try {
            return Files.readString(console);
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The end that asks nobody: SIGKILL. */
    void kill() {
        process.destroyForcibly();
        end();
    }

    /** The end that an operator asks for. */
    void stop() {
        process.destroy();
        end();
    }

    private void end() {
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
        }
        catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isReady() {
        try {
            return gateway().get("/actuator/health/readiness").status() == 200;
        }
        catch (UncheckedIOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }
}
