package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code packaging/unpack}: the gateway as the service and the image run it, after its first calls. */
class UnpackIT {

    private static final Path SCRIPT = Path.of("packaging/unpack").toAbsolutePath();
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    @TempDir
    private Path folder;

    /** An upgrade in place: what the service reads lies there already, and is none of the first calls' business. */
    @Test
    void whatItLaysOutStartsAndTheFirstCallsTouchNothingOfTheGatewayThatServesThere() throws IOException, InterruptedException {
        Path database = folder.resolve("in-use");
        Files.writeString(folder.resolve("application.yaml"), "spring.datasource.url: jdbc:h2:file:" + database + "\nserver.port: 1\n");
        Files.createDirectories(folder.resolve("routes"));
        Files.writeString(folder.resolve("routes/own.camel.yaml"), "- this is no route\n");
        Map<String, String> environment = Map.of("SPRING_DATASOURCE_URL", "jdbc:h2:file:" + database, "TOLLGATE_DATA_DIR",
                folder.resolve("data").toString());

        Unpacked unpacked = unpack("32", environment);

        assertThat(unpacked.status).as(unpacked.console).isZero();
        assertThat(names()).contains("tollgate.jar", "lib", "tollgate.args").noneMatch(name -> name.startsWith("in-use"))
                .doesNotContain("data", "first-start", "first-start.log");
        Files.delete(folder.resolve("application.yaml"));
        Files.delete(folder.resolve("routes/own.camel.yaml"));
        Files.delete(folder.resolve("routes"));
        try (GatewayProcess gateway = GatewayProcess.laidOut(folder)) {
            Gateway.Answer tokens = gateway.gateway().get("/admin/tokens");
            assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
            assertThat(tokens.text()).as("the company of the first calls").doesNotContain("FIRST");
            assertThat(gateway.console()).doesNotContainIgnoringCase("aot").doesNotContainIgnoringCase("archive");
        }
    }

    @Test
    void whatDoesNotAnswerItsFirstCallsIsNotLaidOutAndSaysWhy() throws IOException, InterruptedException {
        Unpacked unpacked = unpack("many", Map.of());

        assertThat(unpacked.status).isOne();
        assertThat(unpacked.console).contains("Say how often each path is called");
        assertThat(names()).doesNotContain("tollgate.args");
    }

    private record Unpacked(int status, String console) {
    }

    private Unpacked unpack(String calls, Map<String, String> environment) throws IOException, InterruptedException {
        Path console = Files.createTempFile("unpack", ".txt");
        ProcessBuilder script = new ProcessBuilder(SCRIPT.toString(), System.getProperty("tollgate.jar"), folder.toString())
                .redirectErrorStream(true).redirectOutput(console.toFile());
        script.environment().putAll(environment);
        script.environment().putAll(Map.of("JAVA", JAVA.toString(), "FIRST_CALLS", calls));
        Process process = script.start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("it ends").isTrue();
            return new Unpacked(process.exitValue(), Files.readString(console));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Files.delete(console);
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
