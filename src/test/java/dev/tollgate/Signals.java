package dev.tollgate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.stream.Stream;

/** Signals to other processes, which the JDK itself cannot pause. */
public final class Signals {

    private Signals() {
    }

    /**
     * Sends one signal to some processes.
     *
     * @param name without {@code SIG}: STOP, CONT, KILL
     * @return 0 when all were there to get it
     */
    public static int send(String name, long... processes) {
        String[] command = Stream.concat(Stream.of("kill", "-" + name), Arrays.stream(processes).mapToObj(String::valueOf)).toArray(String[]::new);
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
