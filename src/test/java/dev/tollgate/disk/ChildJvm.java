package dev.tollgate.disk;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.tollgate.Signals;

import static org.assertj.core.api.Assertions.assertThat;

/** A second JVM with this one's class path, for tests that kill it or give it little memory. */
public final class ChildJvm {

    private final Process process;
    private final BufferedReader output;

    private ChildJvm(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    /** @param options JVM options; the first compiler alone is chosen already, for lives as short as these */
    public static ChildJvm start(List<String> options, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new ChildJvm(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /** Reads lines until {@code atMost} more are there or the process has ended. */
    public List<String> lines(int atMost) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = ""; lines.size() < atMost && (line = output.readLine()) != null; ) {
            lines.add(line);
        }
        return lines;
    }

    /** SIGKILL. Through the handle, because the process object would close its output, which is still to be read. */
    public void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    /** It does nothing until {@link #goOn}. */
    public void pause() {
        assertThat(Signals.send("STOP", process.pid())).isZero();
    }

    public void goOn() {
        assertThat(Signals.send("CONT", process.pid())).isZero();
    }

    /** Waits a minute for the end. */
    public int exitCode() throws InterruptedException {
        return process.waitFor(1, TimeUnit.MINUTES) ? process.exitValue() : -1;
    }
}
