package dev.tollgate.disk;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Folders of mode 700 and files of mode 600, whatever the umask of the process. Where a file system knows no such modes (it
 * has no POSIX view), files are made as it makes them.
 */
public final class OwnerOnly {

    private static final FileAttribute<Set<PosixFilePermission>> FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final Set<PosixFilePermission> OTHERS =
            EnumSet.copyOf(PosixFilePermissions.fromString("---rwxrwx"));

    /** What was open to others. @param was its mode, such as {@code rw-r--r--} */
    public record Mended(Path path, String was) {
    }

    private OwnerOnly() {
    }

    /**
     * Makes a folder and those above it that are missing; one that is there stays as it is.
     *
     * @return the folder
     * @throws IOException when it cannot be made
     */
    public static Path folders(Path folder) throws IOException {
        return isPosix(folder) ? Files.createDirectories(folder, FOLDER) : Files.createDirectories(folder);
    }

    /**
     * Makes the folder that a file is to stand in, with {@link #folders}.
     *
     * @throws IOException when it cannot be made
     */
    public static Path folderOf(Path file) throws IOException {
        return folders(file.toAbsolutePath().resolveSibling(""));
    }

    /**
     * Makes an empty file; one that is there stays as it is. Whoever opens it afterwards need not care for its mode.
     *
     * @return the file
     * @throws IOException when it cannot be made
     */
    public static Path file(Path file) throws IOException {
        if (isPosix(file) && Files.notExists(file)) {
            try {
                Files.createFile(file, FILE);
            } catch (FileAlreadyExistsException meanwhile) {
                return file;
            }
        }
        return file;
    }

    /**
     * Takes from everybody but the owner what they may do with a folder and all below it. Links are not followed; what
     * disappears meanwhile is passed by.
     *
     * @return what was open to others, the folder itself first
     * @throws IOException when a mode cannot be read or changed, as when the owner is somebody else
     */
    public static List<Mended> mend(Path folder) throws IOException {
        List<Mended> mended = new ArrayList<>();
        if (!isPosix(folder) || Files.notExists(folder)) {
            return mended;
        }
        Files.walkFileTree(folder.toRealPath(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
                return visitFile(path, attributes);
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                if (!attributes.isSymbolicLink()) {
                    close(path, mended);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException failed) throws IOException {
                if (failed instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failed;
            }
        });
        return mended;
    }

    private static void close(Path path, List<Mended> mended) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null) {
            return; // a file system without modes that is mounted below one with them
        }
        try {
            Set<PosixFilePermission> found = view.readAttributes().permissions();
            Set<PosixFilePermission> left = EnumSet.noneOf(PosixFilePermission.class);
            left.addAll(found);
            if (left.removeAll(OTHERS)) {
                view.setPermissions(left);
                mended.add(new Mended(path, PosixFilePermissions.toString(found)));
            }
        } catch (NoSuchFileException gone) {
            return;
        }
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
