package dev.tollgate.e2e;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Whatever is saved under a hundred requests a second: one verdict, no failed request, and the next save is noticed. */
class WatcherSurvivesTest extends OwnRoutesTest {

    private interface Save {

        void run(Path folder) throws Exception;
    }

    private final List<String> report = new ArrayList<>();
    private int words;

    @Test
    void everyKindHasItsVerdictAndFailsNoRequest() throws Exception {
        serve("said.yaml", EditRoutesTest.hello("word-0").replace("hello", "said"));
        try (SteadyCallers callers = new SteadyCallers(gateway, 100, "/said", "/token/status?companyID=NOBODY")) {
            for (Map.Entry<String, Save> kind : refused().entrySet()) {
                refuse(kind.getKey(), kind.getValue());
                theNextSaveIsInForce();
            }
            takenAllTheSame();
            aFolderThatGoesChangesNothing();
            aConfigMapIsSwapped();
            theNextSaveIsInForce();
            callers.finish();
            System.out.printf("%d kinds, %d requests at %d a second, %d failed%n%s%n", report.size(), callers.served(),
                    callers.perSecond(), callers.failures().size(), String.join("\n", report));
            assertThat(callers.failures()).isEmpty();
        }
        assertThat(gateway.get("/status").json().at("/routes/watching").asBoolean()).isTrue();
        Gateway.Answer readiness = gateway.get("/actuator/health/readiness");
        assertThat(readiness.json().path("status").asText()).as(readiness.text()).isEqualTo("UP");
    }

    /** Each is an error of the file {@code extra/kind.yaml}; the text must stand in its finding. */
    private static Map<String, Save> refused() {
        Map<String, Save> kinds = new LinkedHashMap<>();
        kinds.put("UTF-8", folder -> Files.write(folder.resolve("kind.yaml"), "- route: ü".getBytes(StandardCharsets.ISO_8859_1)));
        kinds.put("link to a file that is not there", folder -> Files.createSymbolicLink(folder.resolve("kind.yaml"), Path.of("/no/such/file.yaml")));
        if (!"root".equals(System.getProperty("user.name"))) { // who may read everything
            kinds.put("may not read it", folder -> Files.createDirectory(folder.resolve("kind.yaml"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("---------"))));
        }
        kinds.put("nested deeper", text("[".repeat(20_000) + "]".repeat(20_000)));
        kinds.put("aliases written out", text(bomb()));
        kinds.put("larger than 3 MB", text("#".repeat(4_000_000)));
        kinds.put("read to its end", folder -> new ProcessBuilder("mkfifo", folder.resolve("kind.yaml").toString()).start().waitFor());
        kinds.put("leads back", folder -> Files.createSymbolicLink(folder.resolve("kind.yaml"), folder));
        kinds.put("This is not YAML", text("- route: [not yaml"));
        kinds.put("write a dash before", text("route: {id: x}"));
        kinds.put("There are no routes in this file", text("hello"));
        kinds.put("camel-kafka", text(EditRoutesTest.hello("x").replace("hello", "kind").replace("platform-http:/kind", "kafka:topic")));
        kinds.put("no.such.Thing", text("""
                - beans:
                    - name: thing
                      type: no.such.Thing
                """));
        kinds.put("is missing. Put the jar", text("""
                - beans:
                    - name: thing
                      type: dev.tollgate.e2e.WatcherSurvivesTest$NeedsMore
                """));
        kinds.put("nonsense", text(EditRoutesTest.hello("x").replace("hello", "kind").replace("/kind", "/kind?nonsense=1")));
        return kinds;
    }

    /** A class whose library is not on the class path ends its loading with an Error. */
    public static class NeedsMore {

        public NeedsMore() {
            throw new NoClassDefFoundError("org/example/Library");
        }
    }

    private static Save text(String text) {
        return folder -> Files.writeString(folder.resolve("kind.yaml"), text);
    }

    private static String bomb() {
        StringBuilder bomb = new StringBuilder("- a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            bomb.append("- a%1$d: &a%1$d [*a%2$d, *a%2$d, *a%2$d, *a%2$d, *a%2$d]\n".formatted(i, i - 1));
        }
        return bomb.toString();
    }

    private void refuse(String expected, Save save) throws Exception {
        Path folder = routes.resolve("extra");
        Path kind = folder.resolve("kind.yaml");
        within(expected, () -> save.run(folder), () -> rejected().stream().anyMatch(finding -> finding.contains(expected)));
        assertThat(rejected()).as(expected).anyMatch(finding -> finding.matches("(?s).*/extra/kind\\.yaml:\\d+: .*"))
                .noneMatch(finding -> finding.matches("(?s).*@[0-9a-f]{6,8}\\b.*"));
        Files.delete(kind);
        within("taken back", () -> { }, () -> rejected().isEmpty());
    }

    private void takenAllTheSame() throws Exception {
        long generation = generation();
        Files.writeString(routes.resolve("extra/notes.txt"), "nothing to do with routes");
        Files.createDirectories(routes.resolve(".git/objects"));
        Files.writeString(routes.resolve(".git/objects/pack"), "git gc");
        Files.createSymbolicLink(routes.resolve("extra/.#said.yaml"), Path.of("ana@host.4711"));
        Path said = routes.resolve("extra/said.yaml");
        Files.writeString(said, Files.readString(said)); // the same text with another time
        theNextSaveIsInForce();
        assertThat(generation()).as("only the last save built a set").isEqualTo(generation + 1);

        for (String[] file : List.of(new String[] {"empty.yaml", ""}, new String[] {"comments.yml", "# later\n"},
                new String[] {"old.xml", "<routes/>"}, new String[] {"Old.java", "class Old { }"})) {
            Files.writeString(routes.resolve("extra").resolve(file[0]), file[1]);
        }
        theNextSaveIsInForce();
        assertThat(gateway.get("/status").json().at("/routes/ignored").toString()).contains("old.xml").contains("Old.java");
    }

    private void aFolderThatGoesChangesNothing() throws Exception {
        Path gone = routes.resolveSibling(routes.getFileName() + "-gone");
        within("folder gone", () -> Files.move(routes, gone), () -> warned("is gone"));
        assertThat(gateway.get("/status").json().at("/routes/watching").asBoolean()).isFalse();
        assertThat(readiness()).isEqualTo("DEGRADED");
        within("folder emptied", () -> Files.createDirectories(routes), () -> warned("holds no routes"));
        Files.delete(routes);
        within("folder back", () -> Files.move(gone, routes), () -> !warned("The folder of the routes"));
        theNextSaveIsInForce();
    }

    private void aConfigMapIsSwapped() throws Exception {
        Path mounted = Files.createDirectories(routes.resolve("mounted"));
        Path first = Files.createDirectories(mounted.resolve("..2026_1"));
        Path second = Files.createDirectories(mounted.resolve("..2026_2"));
        Files.writeString(first.resolve("mapped.yaml"), EditRoutesTest.hello("first").replace("hello", "mapped"));
        Files.writeString(second.resolve("mapped.yaml"), EditRoutesTest.hello("other").replace("hello", "mapped"));
        Files.createSymbolicLink(mounted.resolve("..data"), Path.of("..2026_1"));
        within("ConfigMap", () -> Files.createSymbolicLink(mounted.resolve("mapped.yaml"), Path.of("..data/mapped.yaml")),
                () -> gateway.get("/mapped").text().equals("first"));
        Files.createSymbolicLink(mounted.resolve("..data_tmp"), Path.of("..2026_2"));
        within("ConfigMap swapped", () -> Files.move(mounted.resolve("..data_tmp"), mounted.resolve("..data"),
                StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING), () -> gateway.get("/mapped").text().equals("other"));
        FileSystemUtils.deleteRecursively(mounted);
    }

    private boolean warned(String text) {
        return gateway.get("/status").json().at("/routes/warnings").toString().contains(text);
    }

    private long generation() {
        return Long.parseLong(gateway.get("/status").json().at("/routes/generation").asText().replaceAll("\\D", ""));
    }

    private void theNextSaveIsInForce() throws Exception {
        String word = "word-" + ++words;
        within("the next save", () -> write("said.yaml", EditRoutesTest.hello(word).replace("hello", "said")),
                () -> gateway.get("/said").text().equals(word));
        assertThat(rejected()).isEmpty();
    }

    private interface Step {

        void run() throws Exception;
    }

    private void within(String what, Step step, Callable<Boolean> seen) throws Exception {
        long start = System.nanoTime();
        step.run();
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(50)).atMost(Duration.ofSeconds(30)).until(seen);
        report.add("%6d ms  %s".formatted((System.nanoTime() - start) / 1_000_000, what));
    }
}
