package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** README and {@code docs/}: an endpoint that they name is served, and one that is served is named. */
class EndpointsInDocsTest extends ObservedTest {

    private static final Pattern NAMED = Pattern.compile("\\b(GET|POST|PUT|PATCH|DELETE) (/[\\w/{}.-]*\\w}?)");

    @Test
    void whatTheDocumentsNameIsServed() throws IOException {
        JsonNode paths = gateway.get("/openapi.json").json().path("paths");
        Set<String> wrong = new TreeSet<>();
        for (Matcher named = NAMED.matcher(documents()); named.find();) {
            String method = named.group(1).toLowerCase();
            boolean served = paths.path(named.group(2)).has(method) || paths.properties().stream().anyMatch(path ->
                    path.getKey().endsWith("/{path}") && path.getValue().has(method)
                            && named.group(2).startsWith(path.getKey().replace("{path}", "")));
            if (!served) {
                wrong.add(named.group());
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void whatIsServedIsNamedInTheDocuments() throws IOException {
        String documents = documents();
        List<String> unnamed = new ArrayList<>();
        gateway.get("/openapi.json").json().path("paths").fieldNames().forEachRemaining(path -> {
            if (!documents.contains(path.replace("/{path}", ""))) {
                unnamed.add(path);
            }
        });
        assertThat(unnamed).isEmpty();
    }

    private static String documents() throws IOException {
        StringBuilder text = new StringBuilder(Files.readString(Path.of("README.md")));
        try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
            for (Path doc : docs.filter(file -> file.toString().endsWith(".md")).sorted().toList()) {
                text.append('\n').append(Files.readString(doc));
            }
        }
        return text.toString();
    }
}
