package dev.tollgate.disk;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import dev.tollgate.settings.SettingException;

/** Another process (or another part of this one) owns a file that bears only one owner. */
public final class FileInUseException extends SettingException {

    private static final long serialVersionUID = 1L;

    /** @param file the file that is owned, not its lock */
    FileInUseException(Path file, @Nullable Throwable cause) {
        super("Another Tollgate process owns " + file + ".", "Stop it, or give this one a tollgate.data-dir of its own.", cause);
    }
}
