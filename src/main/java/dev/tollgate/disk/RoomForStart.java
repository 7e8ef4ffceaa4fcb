package dev.tollgate.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

import dev.tollgate.settings.SettingException;

/**
 * Looks before anything is opened whether there is room below data-dir. A full disk is waited for and then ends the start with
 * two sentences, rather than with the stack trace of whichever file could not be written first.
 */
public class RoomForStart implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    /** What the files of a start need at least. */
    static final long LEAST = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(RoomForStart.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /** How much room there is, and how the next look is waited for. */
    interface Disk {

        /** Bytes that may be written to the file system of an existing folder. */
        long room(Path folder) throws IOException;

        void pause(Duration time) throws InterruptedException;
    }

    private final Disk disk;

    public RoomForStart() {
        this(new Disk() {
            @Override
            public long room(Path folder) throws IOException {
                return Files.getFileStore(folder).getUsableSpace();
            }

            @Override
            public void pause(Duration time) throws InterruptedException {
                Thread.sleep(time.toMillis());
            }
        });
    }

    RoomForStart(Disk disk) {
        this.disk = disk;
    }

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        Environment environment = context.getEnvironment();
        String patience = environment.getProperty("tollgate.start-patience", "2m");
        await(Path.of(environment.getProperty("tollgate.data-dir", "data")),
                ApplicationConversionService.getSharedInstance().convert(patience, Duration.class));
    }

    /** @throws SettingException when there is no room after so long */
    void await(Path dataDir, Duration patience) {
        Path folder = existing(dataDir.toAbsolutePath());
        try {
            Duration waited = Duration.ZERO;
            for (long room = disk.room(folder); room < LEAST; room = disk.room(folder)) {
                if (waited.compareTo(patience) >= 0) {
                    throw new SettingException("The disk of tollgate.data-dir (" + dataDir + ") is full: " + room
                            + " bytes are free, and a start needs " + LEAST + ".",
                            "Make room on that disk, or name a folder on another one in tollgate.data-dir.");
                }
                if (waited.isZero()) {
                    LOG.warn("The disk of tollgate.data-dir ({}) is full: {} bytes are free, and a start needs {}. Make room;"
                            + " the start waits for {}.", dataDir, room, LEAST, patience);
                }
                disk.pause(LOOK_EVERY);
                waited = waited.plus(LOOK_EVERY);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The disk of tollgate.data-dir cannot be looked at", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Path existing(Path path) {
        Path existing = path;
        while (Files.notExists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }
}
