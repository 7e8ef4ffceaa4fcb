package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

import dev.tollgate.door.ServedPaths;
import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code /openapi.json}: valid, whole, and true. */
class OpenApiTest extends ObservedTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    @Autowired
    ServedPaths served;

    @Test
    void itIsAValidOpenApi31DocumentForTheStandardsOwnSchemaAndForAParser() throws IOException {
        Answer answer = gateway.get("/openapi.json");
        assertThat(answer.json().path("openapi").asText()).startsWith("3.1.");

        try (var schema = getClass().getResourceAsStream("/openapi/openapi-3.1-schema.json")) {
            assertThat(SCHEMAS.getSchema(schema).validate(answer.json())).isEmpty();
        }
        SwaggerParseResult parsed = new OpenAPIV3Parser().readContents(answer.text());
        assertThat(parsed.getMessages()).isEmpty();
        assertThat(parsed.getOpenAPI().getPaths()).hasSameSizeAs(answer.json().path("paths"));
    }

    @Test
    void whatTheDoorServesIsInItAndWhatIsInItIsServed() {
        Set<String> inIt = new TreeSet<>();
        document().path("paths").properties().forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
            if (METHODS.contains(method) && !path.getKey().startsWith("/actuator/")) {
                inIt.add(method.toUpperCase() + " " + path.getKey());
            }
        }));
        Set<String> doors = served.entrances().stream().filter(one -> !one.methods().isEmpty())
                .flatMap(one -> one.methods().stream().filter(method -> !method.equals("HEAD")).map(method -> method + " " + one.path()))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> dropIn = inIt.stream().filter(one -> one.endsWith("/{path}")).collect(Collectors.toSet());

        assertThat(inIt.stream().filter(one -> !dropIn.contains(one))).containsExactlyElementsOf(doors);
        assertThat(dropIn.stream().map(one -> one.replaceFirst("\\w+ ", "").replace("/{path}", "/**")).distinct())
                .containsExactlyInAnyOrderElementsOf(served.entrances().stream().filter(one -> one.methods().isEmpty())
                        .map(ServedPaths.Served::path).filter(path -> !path.startsWith("/sandbox/")).toList());
        for (String path : List.of("/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness",
                "/actuator/prometheus")) {
            assertThat(document().path("paths").has(path)).as(path).isTrue();
            assertThat(gateway.get(path).status()).as(path).isEqualTo(200);
        }
    }

    @Test
    void everyOperationSaysWhatItIsWhatItAnswersAndHowItFails() {
        List<String> poor = new ArrayList<>();
        operations().forEach(operation -> {
            JsonNode said = operation.node();
            if (said.path("summary").asText().isBlank() || said.path("tags").isEmpty() || said.path("responses").isEmpty()) {
                poor.add(operation.name());
            }
            boolean takesNothing = said.path("security").isArray() && said.path("security").size() == 1;
            boolean fails = Stream.of("401", "default", "400", "503").anyMatch(said.path("responses")::has);
            if (!fails && !takesNothing) {
                poor.add(operation.name() + " cannot fail");
            }
        });
        assertThat(poor).isEmpty();
    }

    @Test
    void everyExampleFitsItsSchema() {
        List<String> wrong = new ArrayList<>();
        JsonNode document = document();
        operations().forEach(operation -> contents(document, operation.node()).forEach(content -> {
            JsonNode schema = content.path("schema");
            Stream.concat(Stream.of(content.path("example")),
                    content.path("examples").properties().stream().map(one -> one.getValue().path("value")))
                    .filter(example -> !example.isMissingNode())
                    .forEach(example -> schema(document, schema).validate(example)
                            .forEach(message -> wrong.add(operation.name() + ": " + message.getMessage())));
        }));
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/status", "/status/reconcile", "/status/explain?api=xai", "/status/explain?api=keepa&estimate=3",
        "/status/explain?api=nonsense", "/sellers", "/jobs", "/jobs/none", "/token/status?companyID=DOCUMENTED",
        "/token/summary?companyID=DOCUMENTED", "/token/status", "/admin/keys", "/admin/tokens", "/actuator/health",
        "/actuator/health/readiness"})
    void whatIsAnsweredIsWhatIsDescribed(String target) {
        company("DOCUMENTED", "key-documented", "Active");
        browser().connect("A1DOCUMENTED");

        Answer answer = gateway.get(target);

        fits("get", target.replaceFirst("\\?.*", "").replace("/jobs/none", "/jobs/{id}"), answer);
    }

    @Test
    void whatThePostsAnswerIsWhatIsDescribed() {
        company("POSTED", "key-posted", "Active");
        fits("post", "/extract", gateway.extract("POSTED"));
        fits("post", "/extract", gateway.extract("NOBODY-POSTED"));
        fits("post", "/judge", judge("Documented"));
        fits("post", "/judge", post("/judge", "{}"));
        fits("post", "/learn", post("/learn", "{\"text\":\"Why?\"}"));
        fits("post", "/connect", post("/connect", ""));
        fits("post", "/jobs/keepa-backfill", post("/jobs/keepa-backfill", "{\"asins\":[\"B000000001\"]}"));
        fits("post", "/admin/keys", post("/admin/keys", "{\"name\":\"x\",\"apis\":[\"keepa\"]}"));
        fits("post", "/admin/tokens", post("/admin/tokens", "{\"CompanyID\":\"P2\",\"ApiKey\":\"k\",\"Provider\":\"Gemini\"}"));
    }

    @Test
    void thePageThatShowsItRunsNoScriptOfItsOwnInTheTextAndAsksNobodyElse() throws IOException {
        Answer page = gateway.get("/docs");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'").doesNotContain("unsafe")
                .doesNotContain("http");
        assertThat(page.text()).doesNotContain("://").doesNotContainPattern("<script>|style=|\\son\\w+=");
        for (Matcher file = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(page.text()); file.find();) {
            assertThat(gateway.get(file.group(1)).status()).as(file.group(1)).isEqualTo(200);
        }
    }

    private Answer post(String path, String body) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri(path)).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private void fits(String method, String path, Answer answer) {
        JsonNode document = document();
        JsonNode response = resolved(document, document.path("paths").path(path).path(method).path("responses")
                .path(String.valueOf(answer.status())));
        assertThat(response.isObject()).as("%s %s answered %d: %s", method, path, answer.status(), answer.text()).isTrue();
        JsonNode schema = response.at("/content/application~1json/schema");
        assertThat(schema(document, schema).validate(answer.json()).stream().map(ValidationMessage::getMessage)
                .filter(message -> !message.contains("unknown keyword"))).as(answer.text()).isEmpty();
    }

    private record Operation(String name, JsonNode node) {
    }

    private Stream<Operation> operations() {
        return document().path("paths").properties().stream().flatMap(path -> path.getValue().properties().stream()
                .filter(method -> METHODS.contains(method.getKey()))
                .map(method -> new Operation(method.getKey() + " " + path.getKey(), method.getValue())));
    }

    /** Every content of a request or an answer. */
    private static Stream<JsonNode> contents(JsonNode document, JsonNode operation) {
        return Stream.concat(Stream.of(operation.path("requestBody")),
                operation.path("responses").properties().stream().map(one -> resolved(document, one.getValue())))
                .flatMap(one -> one.path("content").properties().stream().map(Map.Entry::getValue));
    }

    private static JsonNode resolved(JsonNode document, JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }

    private static JsonSchema schema(JsonNode document, JsonNode schema) {
        ObjectNode whole = JSON.createObjectNode();
        whole.set("allOf", JSON.createArrayNode().add(schema));
        whole.set("components", document.path("components"));
        return SCHEMAS.getSchema(whole);
    }

    private JsonNode document() {
        return gateway.get("/openapi.json").json();
    }
}
