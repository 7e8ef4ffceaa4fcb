package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;

import dev.tollgate.FreePort;
import dev.tollgate.TollgateApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Does what the README says, command by command, in the sandbox as it ships. Nothing is changed but the port; in the outputs an
 * ellipsis stands for anything, and times and waits are those of the machine.
 */
@SpringBootTest(classes = TollgateApplication.class, webEnvironment = SpringBootTest.WebEnvironment.DEFINED_PORT)
@ActiveProfiles("sandbox")
class ReadmeTest {

    private static final Path README = Path.of("README.md");
    private static final Pattern COMMAND = Pattern.compile("```sh\n(.*?)```\n\n```\n(.*?)```", Pattern.DOTALL);

    /** Spends what Keepa has given: as many calls as pass. Ends where a call that would wait is refused. */
    private static final String SPEND = "until curl -s -o /dev/null -w '%{http_code}' \"http://localhost:8080/keepa/deal?key=mine&selection=$((++n))\""
            + " | grep -q 429; do :; done";

    private static int port;
    private static Path folder;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        port = FreePort.find();
        folder = Files.createTempDirectory("tollgate-readme");
        FileSystemUtils.copyRecursively(Path.of("routes"), folder.resolve("routes"));
        FileSystemUtils.copyRecursively(Path.of("samples"), folder.resolve("samples"));
        registry.add("server.port", () -> port);
        registry.add("tollgate.data-dir", () -> folder.resolve("data").toString());
        registry.add("tollgate.routes-dir", () -> folder.resolve("routes").toString());
    }

    @Test
    void itsCommandsSayWhatItSays() throws Exception {
        List<MatchResult> commands = COMMAND.matcher(Files.readString(README)).results().toList();
        assertThat(commands).hasSize(6);
        // A reader takes longer than a test to come from the start to the first call; Keepa has told its balance by then.
        await().until(() -> new Gateway(port).get("/status").json().at("/keepa/balance").asLong(), balance -> balance >= 20 && balance < 400);

        for (MatchResult command : commands) {
            assertThat(run(command.group(1))).as(command.group(1)).matches(expected(command.group(2)));
        }
    }

    @Test
    void itIsReadInTenMinutes() throws IOException {
        assertThat(Files.size(README)).isLessThanOrEqualTo(10_240);
    }

    private static Pattern expected(String output) {
        String quoted = Pattern.quote(output.strip()).replace("…", "\\E.*?\\Q");
        return Pattern.compile(quoted.replaceAll("after [0-9.]+ s", "after \\\\E[0-9.]+ s\\\\Q")
                .replaceAll("Retry-After: [0-9]+", "Retry-After: \\\\E[0-9]+\\\\Q"), Pattern.DOTALL);
    }

    /**
     * Where it waits for an edit it waits until that is taken: later than a reader's where other tests run beside it, and the tokens that
     * came meanwhile are spent.
     */
    private static String run(String script) throws Exception {
        String generation = "$(curl -s http://localhost:8080/status | grep -o '\"generation\" *: *\"[^\"]*\"')";
        String waits = "before=" + generation + "\n"
                + script.replace("sleep 3", "for n in $(seq 300); do [ \"" + generation + "\" = \"$before\" ] || break; sleep 0.1; done"
                        + (script.contains("maxWait: 1s/") ? "; " + SPEND : ""));
        Process shell = new ProcessBuilder("bash", "-c", waits.replace("localhost:8080", "127.0.0.1:" + port))
                .directory(folder.toFile()).redirectErrorStream(true).start();
        String said = new String(shell.getInputStream().readAllBytes());
        assertThat(shell.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return said.replaceAll("\\s*\r?\n", "\n").strip();
    }
}
