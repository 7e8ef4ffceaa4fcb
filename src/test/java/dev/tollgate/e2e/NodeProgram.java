package dev.tollgate.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.tollgate.TollgateApplication;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The gateway that the tests were compiled with as a program of its own: nothing has to be packaged. Its classes are put into one jar,
 * and those that a start loads into an archive of the JVM, once for a build, so that a node starts with a third less work.
 */
final class NodeProgram {

    private static final Path TEST_CLASSES = folder(SkewedGateway.class);
    private static final Path CLASSES = folder(TollgateApplication.class);
    private static final Path FOLDER = TEST_CLASSES.resolveSibling("nodes");
    private static final Path JAR = FOLDER.resolve("gateway.jar");

    private NodeProgram() {
    }

    private static Path folder(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath()).toAbsolutePath();
    }

    /** Flags, class path and main class, for {@code java}. */
    static synchronized List<String> ofThisBuild() {
        Path archive = FOLDER.resolve("gateway-" + Runtime.version() + ".jsa");
        try {
            Files.createDirectories(FOLDER);
            try (FileChannel channel = FileChannel.open(FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) { // tests run in several processes beside each other
                assertThat(lock.isValid()).isTrue();
                if (Files.notExists(JAR) || Files.getLastModifiedTime(JAR).compareTo(newest()) < 0) {
                    Files.deleteIfExists(archive);
                    pack();
                }
                if (Files.notExists(archive)) {
                    archive(archive);
                }
            }
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> program = new ArrayList<>(List.of("-XX:SharedArchiveFile=" + archive));
        program.addAll(classPathAndMain());
        return program;
    }

    /** Nodes of several tests that start at the same moment, nine on two cores, would all be late. */
    static void whileNoOthersStart(Runnable start) {
        try {
            Files.createDirectories(FOLDER);
            try (FileChannel channel = FileChannel.open(FOLDER.resolve("starting"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                assertThat(lock.isValid()).isTrue();
                start.run();
            }
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> classPathAndMain() {
        String libraries = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).map(entry -> Path.of(entry).toAbsolutePath())
                .filter(entry -> !entry.equals(TEST_CLASSES) && !entry.equals(CLASSES)).map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        return List.of("-cp", JAR + File.pathSeparator + libraries, SkewedGateway.class.getName());
    }

    /** Of a folder, too, which says when a file is gone. */
    private static FileTime newest() throws IOException {
        FileTime newest = FileTime.fromMillis(0);
        try (Stream<Path> files = Files.walk(CLASSES)) {
            for (Path file : Stream.concat(files, skewed().stream()).toList()) {
                FileTime changed = Files.getLastModifiedTime(file);
                newest = changed.compareTo(newest) > 0 ? changed : newest;
            }
        }
        return newest;
    }

    /** The tests' own classes are no part of a gateway, but for the one that sets its clock wrong. */
    private static List<Path> skewed() throws IOException {
        try (Stream<Path> tests = Files.list(TEST_CLASSES.resolve("dev/tollgate/e2e"))) {
            return tests.filter(file -> file.getFileName().toString().startsWith("SkewedGateway")).toList();
        }
    }

    private static void pack() throws IOException {
        Path unfinished = FOLDER.resolve("gateway.jar.new");
        List<String> arguments = new ArrayList<>(List.of("--create", "--no-compress", "--file", unfinished.toString(), "-C", CLASSES.toString(), "."));
        for (Path one : skewed()) {
            arguments.addAll(List.of("-C", TEST_CLASSES.toString(), TEST_CLASSES.relativize(one).toString()));
        }
        assertThat(ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err, arguments.toArray(String[]::new))).isZero();
        Files.move(unfinished, JAR, StandardCopyOption.REPLACE_EXISTING);
    }

    /** One start, to note which classes it loads. Where a JVM cannot, it starts without. */
    private static void archive(Path archive) throws IOException {
        Path work = Files.createTempDirectory(FOLDER, "start");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(GatewayProcess.QUICK);
        command.addAll(List.of("-XX:ArchiveClassesAtExit=" + archive, "-Xlog:disable", "-Xlog:all=error", "-Dspring.context.exit=onRefresh"));
        command.addAll(classPathAndMain());
        command.addAll(List.of("--server.port=0", "--tollgate.data-dir=" + work.resolve("data"), "--spring.datasource.url=jdbc:h2:mem:archive",
                "--spring.datasource.username=sa", "--tollgate.routes-dir=" + Path.of("routes").toAbsolutePath()));
        ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile()).redirectErrorStream(true)
                .redirectOutput(work.resolve("console.txt").toFile());
        builder.environment().put("TOLLGATE_MASTER_KEY", GatewayProcess.MASTER_KEY);
        try {
            assertThat(builder.start().waitFor()).as(() -> {
                try {
                    return Files.readString(work.resolve("console.txt"));
                }
                catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }).isZero();
        }
        catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
