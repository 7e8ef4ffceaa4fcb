package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import dev.tollgate.check.KnownSettings;
import dev.tollgate.check.RouteCheck;
import dev.tollgate.check.RouteFile;
import dev.tollgate.e2e.ApiStub.Reply;
import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Does what {@code docs/your-own-api.md} says, with the files and commands of the page. Nothing of them is changed but the
 * addresses: the made-up hosts are {@link ApiStub}, and localhost:8080 is the gateway of this test. A minute of the
 * gateway's clock, and of the stub's own limit, takes a second.
 */
class YourOwnApiTest extends OwnRoutesTest {

    private static final Path PAGE = Path.of("docs/your-own-api.md");
    private static final Pattern FILE = Pattern.compile("`routes/(\\S+\\.camel\\.yaml)`[^`]*```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern COMMAND = Pattern.compile("```sh\n(.*?)```\n\n```\n(.*?)```", Pattern.DOTALL);
    private static final Pattern ROW = Pattern.compile("\\| \\[([a-z-]+-action)]\\(\\.\\./(\\S+)\\) \\|[^|]*\\|([^|]*)\\|([^|]*)\\|");
    private static final Pattern CODE = Pattern.compile("`(\\w+)`");

    private static final ApiStub api = new ApiStub();
    private static boolean served;

    private static String page() throws IOException {
        return Files.readString(PAGE);
    }

    /** The files of the page by name, as they stand there. */
    private static Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        FILE.matcher(page()).results().forEach(match -> files.put(match.group(1), match.group(2)));
        return files;
    }

    @BeforeEach
    void saveTheFilesOfThePage() throws IOException {
        if (!served) {
            Map<String, String> files = files();
            files.replaceAll((name, yaml) -> yaml.replaceAll("https://[a-z]+\\.[a-z]+\\.example", api.url()));
            assertThat(save("extra", files)).isEmpty();
            served = true;
        }
    }

    @Test
    void thirtyCallsArePacedAndTheUpstreamRefusesNone() throws Exception {
        LimitedApi limited = new LimitedApi(clock);
        api.reset(limited);
        Instant start = clock.instant();
        clock.speed(60);

        List<MatchResult> commands = COMMAND.matcher(page()).results().toList();
        for (MatchResult command : commands) {
            assertThat(run(command.group(1)).strip()).isEqualTo(command.group(2).strip());
        }

        assertThat(commands).hasSize(2);
        assertThat(limited.refused()).isZero();
        assertThat(api.calls()).hasSize(30).extracting(ApiStub.Call::path).containsOnly("/v1/today?city=Oslo");
        assertThat(clock.instant()).isAfter(start.plusSeconds(120));
    }

    @Test
    void theFileHasTwentyLinesAtMostAndPassesTheCheckOfAPullRequest() throws IOException {
        List<RouteFile> all = Stream.concat(RouteFile.below(Path.of("routes")).stream(),
                files().entrySet().stream().map(file -> new RouteFile(file.getKey(), file.getValue()))).toList();

        assertThat(files()).hasSize(4);
        assertThat(files().get("weather.camel.yaml").lines().filter(line -> !line.isBlank()).count()).isLessThanOrEqualTo(20);
        assertThat(new RouteCheck(new KnownSettings(Path.of("application.yaml"))).check(all)).isEmpty();
    }

    @Test
    void theTableNamesEveryPropertyOfEveryKamelet() throws IOException {
        Map<String, MatchResult> rows = new TreeMap<>();
        ROW.matcher(page()).results().forEach(row -> rows.put(row.group(2), row));

        try (Stream<Path> kamelets = Files.list(Path.of("routes/shared/kit"))) {
            assertThat(rows.keySet()).containsExactlyInAnyOrderElementsOf(kamelets.map(path -> path.toString().replace('\\', '/'))
                    .filter(path -> path.endsWith(".kamelet.yaml")).toList());
        }
        for (Map.Entry<String, MatchResult> row : rows.entrySet()) {
            Map<?, ?> definition = definition(Path.of(row.getKey()));
            List<?> required = (List<?>) definition.get("required");
            List<String> others = ((Map<?, ?>) definition.get("properties")).keySet().stream().map(Object::toString)
                    .filter(name -> !required.contains(name)).toList();
            assertThat(codes(row.getValue().group(3))).as(row.getKey()).isEqualTo(required);
            assertThat(codes(row.getValue().group(4))).as(row.getKey()).isEqualTo(others);
        }
    }

    @Test
    void aCallPaysWhatTheReplySaysAndCarriesTheKey() {
        api.reset((call, number) -> Reply.ok("{\"usage\":{\"units\":530,\"left\":-30}}"));

        assertThat(gateway.get("/maps/tiles?units=500").status()).isEqualTo(200);
        assertThat(gateway.get("/status").json().at("/kit/buckets/maps/balance").asInt()).isEqualTo(-30);
        assertThat(api.calls()).singleElement().satisfies(call -> {
            assertThat(call.path()).isEqualTo("/v3/tiles?units=500");
            assertThat(call.header("X-Api-Key")).isEqualTo("the-real-maps-key");
        });
    }

    @Test
    void theHundredAndFirstCallOfADayIsDenied() {
        api.reset((call, number) -> Reply.ok("{}"));

        for (int n = 0; n < 100; n++) {
            assertThat(gateway.get("/stocks/TLL").status()).isEqualTo(200);
        }
        Answer denied = gateway.get("/stocks/TLL");

        assertThat(denied.status()).isEqualTo(429);
        assertThat(Integer.parseInt(denied.header("Retry-After"))).isPositive();
        assertThat(api.calls()).hasSize(100);
    }

    @Test
    void allPoliciesNestAroundOneCall() {
        api.reset((call, number) -> call.path().equals("/oauth/token") ? Reply.ok("{\"access_token\":\"t\",\"expires_in\":60}")
                : number == 2 ? new Reply(503, "{}", Map.of("Retry-After", "0")) : Reply.ok("{\"part\":1}"));

        assertThat(gateway.get("/parts/1").text()).isEqualTo("{\"part\":1}");
        assertThat(gateway.get("/parts/1").text()).isEqualTo("{\"part\":1}");

        assertThat(api.calls()).extracting(ApiStub.Call::path).containsExactly("/oauth/token", "/1", "/1");
        assertThat(gateway.get("/status").json().at("/kit/quotas/parts/callsToday").asInt()).isEqualTo(2);
        assertThat(gateway.get("/status").json().at("/kit/buckets/parts/consumed").asInt()).isEqualTo(2);
    }

    private String run(String script) throws Exception {
        Process shell = new ProcessBuilder("bash", "-c", script.replace("localhost:8080", "localhost:" + port))
                .redirectErrorStream(true).start();
        String said = new String(shell.getInputStream().readAllBytes());
        assertThat(shell.waitFor()).as(said).isZero();
        return said;
    }

    private static Map<?, ?> definition(Path kamelet) throws IOException {
        Map<?, ?> file = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(kamelet));
        return (Map<?, ?>) ((Map<?, ?>) file.get("spec")).get("definition");
    }

    private static List<String> codes(String cell) {
        return CODE.matcher(cell).results().map(match -> match.group(1)).toList();
    }
}
