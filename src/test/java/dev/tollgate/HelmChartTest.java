package dev.tollgate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The chart in {@code packaging/helm/tollgate}: as a file of the project here, and rendered where a {@code helm} is on the path. */
class HelmChartTest {

    private static final Path CHART = Path.of("packaging/helm/tollgate");
    private static final String OWN_ROUTE = """
            - route:
                id: status-page
                from:
                  uri: platform-http:/status-page
                  steps:
                    - setBody: {constant: 'open: "yes" {{x:y}}'}
            """;

    @Test
    void theChartIsOfThisReleaseAndNamesSettingsThatExist() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        Map<String, Object> chart = new Yaml().load(Files.readString(CHART.resolve("Chart.yaml")));
        Map<String, Object> values = new Yaml().load(Files.readString(CHART.resolve("values.yaml")));

        assertThat(pom).contains("<artifactId>tollgate</artifactId>\n  <version>" + chart.get("appVersion") + "</version>");
        String settings = Files.readString(Path.of("docs/settings.md"));
        List<String> named = new ArrayList<>(map(values, "settings").keySet());
        Pattern.compile("--(tollgate\\.[a-z.-]+)=").matcher(Files.readString(CHART.resolve("templates/nodes.yaml"))).results()
                .forEach(found -> named.add(found.group(1)));
        assertThat(named).hasSizeGreaterThan(3).allSatisfy(name -> assertThat(settings).contains("`" + name + "`"));
    }

    @Test
    void theImageOfTheChartRunsAsTheDockerfileSays() throws IOException {
        String docker = Files.readString(Path.of("Dockerfile"));
        String nodes = Files.readString(CHART.resolve("templates/nodes.yaml"));

        assertThat(docker).contains("USER 10001", "VOLUME /tollgate/data", "VOLUME /tollgate/routes", "EXPOSE 8080");
        assertThat(nodes).contains("runAsUser: 10001", "mountPath: /tollgate/data", "mountPath: /tollgate/routes/own",
                "containerPort: 8080");
    }

    @TempDir
    Path folder;

    private Path values;

    @BeforeEach
    void ownValues() throws IOException {
        values = Files.writeString(folder.resolve("values.yaml"), new Yaml().dump(Map.of("routes",
                Map.of("status-page.camel.yaml", OWN_ROUTE), "settings", Map.of("tollgate.xai.daily-limit", 20_000))));
    }

    @Test
    void twoNodesShareADatabaseAndAConfigMapOfRoutes() throws Exception {
        Map<String, Map<String, Object>> made = rendered("--values", values.toString());

        Map<String, Object> nodes = map(made.get("StatefulSet tg"), "spec");
        assertThat(nodes).containsEntry("replicas", 2).containsEntry("serviceName", "tg-nodes");
        Map<String, Object> container = first(map(map(nodes, "template"), "spec"), "containers");
        assertThat((List<?>) container.get("args")).asString().contains("--tollgate.cluster.enabled=true",
                "--tollgate.cluster.node-id=$(POD_NAME)", "--tollgate.xai.daily-limit=20000", "--tollgate.cluster.dead-after=60s");
        assertThat(map(made.get("ConfigMap tg-routes"), "data")).isEqualTo(Map.of("status-page.camel.yaml", OWN_ROUTE));
        assertThat(made).containsKeys("Service tg", "Service tg-nodes", "PodDisruptionBudget tg");
    }

    @Test
    void oneNodeSharesNothing() throws Exception {
        Map<String, Map<String, Object>> made = rendered("--set", "replicas=1");

        assertThat(made.get("StatefulSet tg").toString()).contains("--tollgate.cluster.enabled=false");
        assertThat(made).doesNotContainKey("PodDisruptionBudget tg");
    }

    /** What Kubernetes would be given, by kind and name. */
    private Map<String, Map<String, Object>> rendered(String... more) throws Exception {
        assumeTrue(Stream.of(System.getenv("PATH").split(":")).anyMatch(bin -> Files.isExecutable(Path.of(bin, "helm"))),
                "no helm is on the path");
        List<String> command = new ArrayList<>(List.of("helm", "template", "tg", CHART.toString()));
        command.addAll(List.of(more));
        Path printed = folder.resolve("printed");
        Path complaints = folder.resolve("complaints");
        Process helm = new ProcessBuilder(command).redirectOutput(printed.toFile()).redirectError(complaints.toFile()).start();
        assertThat(helm.waitFor()).as(() -> read(complaints)).isZero();

        Map<String, Map<String, Object>> made = new TreeMap<>();
        for (Object each : new Yaml().loadAll(read(printed))) {
            if (each == null) {
                continue; // a template of which nothing was left
            }
            @SuppressWarnings("unchecked")
            Map<String, Object> resource = (Map<String, Object>) each;
            made.put(resource.get("kind") + " " + map(resource, "metadata").get("name"), resource);
        }
        return made;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        }
        catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Map<String, Object> within, String name) {
        return (Map<String, Object>) within.get(name);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> first(Map<String, Object> within, String name) {
        return ((List<Map<String, Object>>) within.get(name)).get(0);
    }
}
