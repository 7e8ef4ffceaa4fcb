package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Every path that the documents name is served, and every one that is served is named. */
class DocumentedPathsTest extends ObservedTest {

    private static final Pattern NAMED = Pattern.compile("(?:`(?:(?:GET|POST|PATCH|DELETE) )?|localhost:8080)(/[^`?\\s'\"<>)]*)");

    private static final Pattern METHOD = Pattern.compile("`(GET|POST|PATCH|DELETE) (/[\\w/{}.-]+)");

    /** Paths of the upstreams, of the sandbox, and of the API that the documents make up. */
    private static final Pattern OF_OTHERS = Pattern.compile("/v1|/v1beta|/token|/sandbox/.*|/hello|/tollgate/.*|/weather.*|/maps.*|/stocks.*");

    @Test
    void everyPathThatIsNamedIsServed() throws IOException {
        Set<String> served = served();

        assertThat(named().stream().filter(path -> !OF_OTHERS.matcher(path).matches()))
                .allSatisfy(path -> assertThat(served.stream().anyMatch(pattern -> matches(pattern, path))).as(path).isTrue());
    }

    @Test
    void everyMethodThatIsNamedIsServedThere() throws IOException {
        JsonNode paths = gateway.get("/openapi.json").json().path("paths");

        assertThat(documents().stream().flatMap(text -> METHOD.matcher(text).results())).allSatisfy(named ->
                assertThat(paths.properties().stream().anyMatch(path -> matches(path.getKey(), named.group(2))
                        && path.getValue().has(named.group(1).toLowerCase()))).as(named.group()).isTrue());
    }

    @Test
    void everyPathThatIsServedIsNamed() throws IOException {
        Set<String> named = named();

        assertThat(served()).allSatisfy(pattern ->
                assertThat(named.stream().filter(path -> !path.equals("/admin/**")) // too much at once
                        .anyMatch(path -> matches(pattern, path))).as(pattern).isTrue());
    }

    /** As the gateway's own document has them, and the dashboard, which is a file. */
    private Set<String> served() {
        Set<String> served = new TreeSet<>(Set.of("/"));
        ((ObjectNode) gateway.get("/openapi.json").json().path("paths")).fieldNames().forEachRemaining(served::add);
        return served;
    }

    private static Set<String> named() throws IOException {
        return documents().stream().flatMap(text -> NAMED.matcher(text).results()).map(path -> path.group(1).replaceAll("[;:]$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> documents() throws IOException {
        List<String> documents = new ArrayList<>();
        try (Stream<Path> top = Files.list(Path.of(".")); Stream<Path> docs = Files.walk(Path.of("docs"))) {
            for (Path file : Stream.concat(top, docs).filter(file -> file.toString().endsWith(".md")).toList()) {
                documents.add(Files.readString(file));
            }
        }
        return documents;
    }

    /** {@code /jobs/{id}} stands for one segment, {@code /keepa/{path}} for all below, {@code /admin/**} for any of them. */
    private static boolean matches(String served, String named) {
        if (named.endsWith("/**")) {
            String start = named.substring(0, named.length() - 2);
            return (served + "/").startsWith(start) || served.endsWith("/{path}") && matches(served, start);
        }
        if (served.endsWith("/{path}")) {
            return (named + "/").startsWith(served.substring(0, served.length() - 6));
        }
        return named.equals(served) || Pattern.matches(served.replaceAll("\\{\\w+}", "[^/]+"), named);
    }
}
