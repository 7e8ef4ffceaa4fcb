package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code docs/observability/}: every metric is named there, and what is named, drawn or alerted on is a metric. */
class ObservabilityDocsTest extends ObservedTest {

    private static final Path DOCS = Path.of("docs", "observability");
    private static final Pattern ROW = Pattern.compile("\\| `(tollgate_\\w+)`.*");
    private static final Pattern NAME = Pattern.compile("\\btollgate_\\w+");
    private static final Pattern LABELS = Pattern.compile("\\b(tollgate_\\w+)\\{([^}]*)}");

    private Scrape scrape;

    /** Some meters are those of a route file's own kamelets. */
    @DynamicPropertySource
    static void anOwnApi(DynamicPropertyRegistry registry) throws IOException {
        Path routes = Files.createTempDirectory("tollgate-routes");
        FileSystemUtils.copyRecursively(Path.of("routes"), routes);
        Files.writeString(routes.resolve("own.camel.yaml"), OwnRoute.of("own", "daily-quota-action: {name: own, calls: 100}",
                "http-call-action: {url: \"%s\"}".formatted(keepa.url())));
        registry.add("tollgate.routes-dir", routes::toString);
    }

    /** Some meters begin with the first event that they count. */
    @BeforeEach
    void aBusyHour() {
        company("DRAWN", "key-drawn", "Active");
        gemini.script((call, number) -> number == 1 ? GeminiStub.Reply.status(503, "UNAVAILABLE") : GeminiStub.ok(100, 20));
        gateway.extract("DRAWN");
        gateway.extract("NOBODY-DRAWN");
        gateway.get("/keepa/product?key=any&domain=1&asin=B000000001");
        judge("A metric that is drawn");
        gateway.get("/own");
        scrape = scrape();
    }

    @Test
    void theTableNamesEveryMetricWithItsTypeItsLabelsAndItsMeaningAndNoOther() throws IOException {
        List<String> rows = Files.readAllLines(DOCS.resolve("README.md")).stream().filter(line -> ROW.matcher(line).matches())
                .toList();

        assertThat(rows).isEqualTo(expectedRows());
    }

    @Test
    void everythingThatTheDashboardDrawsIsAMetricWithThoseLabels() throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(DOCS.resolve("grafana-dashboard.json").toFile());
        List<String> expressions = dashboard.findValuesAsText("expr");

        assertThat(dashboard.path("panels").size()).isGreaterThan(10);
        assertThat(expressions).isNotEmpty().allSatisfy(this::asksForMetrics);
        assertThat(String.join(" ", expressions)).contains("tollgate_keepa_balance_tokens", "tollgate_ledger_drift_tokens",
                "tollgate_gateway_latency_seconds_bucket");
    }

    @Test
    void everyAlertIsOnAMetricAndSaysWhatToDo() throws IOException {
        Map<String, Object> file = new Yaml().load(Files.readString(DOCS.resolve("alerts.yaml")));
        List<Map<String, Object>> rules = list(file.get("groups")).stream()
                .flatMap(group -> list(group.get("rules")).stream()).toList();

        assertThat(rules).hasSizeGreaterThan(8).allSatisfy(rule -> {
            asksForMetrics((String) rule.get("expr"));
            assertThat((String) rule.get("alert")).matches("Tollgate[A-Z]\\w+");
            assertThat(rule.get("labels").toString()).containsPattern("severity=(critical|warning)");
            assertThat(rule.get("annotations").toString()).contains("summary=", "description=");
        });
    }

    private void asksForMetrics(String expression) {
        Set<String> known = scrape.samples().keySet().stream().map(sample -> sample.replaceFirst("\\{.*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        Matcher names = NAME.matcher(expression);
        assertThat(names.find()).as(expression).isTrue();
        do {
            assertThat(known).as(expression).contains(names.group());
        }
        while (names.find());
        for (Matcher labels = LABELS.matcher(expression); labels.find();) {
            Set<String> has = labelsOf(labels.group(1));
            for (String label : labels.group(2).split(",")) {
                assertThat(has).as(expression).contains(label.replaceFirst("[=!].*", "").strip());
            }
        }
    }

    private Set<String> labelsOf(String name) {
        Set<String> labels = new TreeSet<>();
        scrape.samples().keySet().stream().filter(sample -> sample.startsWith(name + "{")).forEach(sample -> {
            for (Matcher label = Pattern.compile("(\\w+)=\"").matcher(sample); label.find();) {
                labels.add(label.group(1));
            }
        });
        return labels;
    }

    /** A timer is one metric, whatever samples it has; of a counter the row names the sample. */
    private List<String> expectedRows() {
        Map<String, String> rows = new TreeMap<>();
        for (String name : scrape.ours()) {
            String type = scrape.types().get(name);
            if (!name.endsWith("_max")) {
                Set<String> labels = labelsOf(type.equals("histogram") ? name + "_count" : name);
                rows.put(name, "| `%s` | %s | %s | %s |".formatted(name, type, String.join(", ", labels), scrape.help().get(name)));
            }
        }
        return List.copyOf(rows.values());
    }

    @SuppressWarnings("unchecked") // lists of maps are what the file holds
    private static List<Map<String, Object>> list(Object node) {
        return (List<Map<String, Object>>) node;
    }
}
