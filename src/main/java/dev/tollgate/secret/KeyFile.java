package dev.tollgate.secret;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.disk.OwnerOnly;
import dev.tollgate.settings.SettingException;

/** The key of a gateway that was given none: 32 random bytes as base64, for the owner's eyes only (mode 600). */
record KeyFile(Path file) {

    private static final Logger log = LoggerFactory.getLogger(KeyFile.class);
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    Optional<MasterKey> read() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            tighten();
            byte[] key = MasterKey.rawBytes(Files.readString(file).strip());
            if (key == null) {
                throw new SettingException("The key file " + file + " does not hold 32 bytes as base64.",
                        "Restore it from a backup, or set " + MasterKeys.VARIABLE + " and enter the secrets anew.");
            }
            return Optional.of(MasterKey.parse(Base64.getEncoder().encodeToString(key)));
        } catch (IOException e) {
            throw new UncheckedIOException("The key file " + file + " cannot be read. Give its owner, the user this "
                    + "gateway runs as, the right to read it, or set " + MasterKeys.VARIABLE + ".", e);
        }
    }

    MasterKey readOrCreate() {
        return read().orElseGet(() -> {
            create();
            return read().orElseThrow(() -> new IllegalStateException("The key file " + file + " vanished"));
        });
    }

    /** Written aside and then linked, so that nobody ever reads half a key and the slower of two starters takes the other's. */
    private void create() {
        try {
            Path folder = OwnerOnly.folderOf(file);
            Path aside = Files.createTempFile(folder, "master", ".tmp");
            try {
                write(aside);
                publish(aside);
            } finally {
                Files.deleteIfExists(aside);
            }
        } catch (FileAlreadyExistsException e) {
            log.info("Another process made the key file {} first; using it", file);
            return;
        } catch (IOException e) {
            throw new UncheckedIOException("The key file " + file + " cannot be made. Make its folder writable, or set "
                    + MasterKeys.VARIABLE + ".", e);
        }
        log.warn("{} is not set, so secrets are encrypted with the new key file {}. Back it up: without it no stored key "
                + "can be read. Better, set {} and keep it apart from the database.",
                MasterKeys.VARIABLE, file, MasterKeys.VARIABLE);
    }

    private void publish(Path aside) throws IOException {
        try {
            Files.createLink(file, aside);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            log.debug("No hard links at {}; renaming instead", file, e);
            Files.move(aside, file);
        }
    }

    private static void write(Path aside) throws IOException {
        byte[] key = new byte[MasterKey.BYTES];
        new SecureRandom().nextBytes(key);
        ByteBuffer text = ByteBuffer.wrap((Base64.getEncoder().encodeToString(key) + "\n").getBytes(StandardCharsets.US_ASCII));
        if (isPosix(aside)) {
            Files.setPosixFilePermissions(aside, OWNER_ONLY);
        }
        try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
        }
    }

    private void tighten() throws IOException {
        if (!isPosix(file)) {
            return;
        }
        Set<PosixFilePermission> found = Files.getPosixFilePermissions(file);
        if (!OWNER_ONLY.containsAll(found)) {
            Files.setPosixFilePermissions(file, OWNER_ONLY);
            log.warn("The key file {} had mode {}, open to others; it is now for its owner only. If others may have read it, "
                    + "change to a new key.", file, PosixFilePermissions.toString(found));
        }
    }

    private static boolean isPosix(Path path) throws IOException {
        return Files.getFileStore(path).supportsFileAttributeView("posix");
    }
}
