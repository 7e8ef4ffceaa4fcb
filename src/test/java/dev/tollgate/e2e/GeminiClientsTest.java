package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.genai.Client;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.Schema;
import com.google.genai.types.Tool;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

import dev.tollgate.e2e.GeminiStub.Reply;
import dev.tollgate.ledger.Reservations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/** Clients of Gemini that people use, as they come: what their callers get, how often they ask, and that the books hold. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GeminiClientsTest extends KeyTest {

    private static final Pattern COUNT = Pattern.compile("\"total(?:TokenCount|_tokens)\":(\\d+)");
    private static final String SAID = "This is the sandbox; you said: hello";

    @Autowired
    private Reservations reservations;

    /** What Gemini said that each call cost, in the order of calls. */
    private final List<Long> said = new CopyOnWriteArrayList<>();
    private String company;
    private long token;
    private String key;
    private String keyOfABrokenOne;
    private String keyOfASpentOne;

    @BeforeEach
    void companies() {
        company = "CLIENT-" + System.nanoTime();
        token = company(company, "provider-key-1", "Active");
        key = keyFor("\"gemini\"", company);
        company(company + "-BROKEN", "provider-key-broken", "Active");
        keyOfABrokenOne = keyFor("\"gemini\"", company + "-BROKEN");
        company(company + "-SPENT", "provider-key-2", "Exceeded");
        keyOfASpentOne = keyFor("\"gemini\"", company + "-SPENT");
        gemini.simulate();
        GeminiStub.Script served = gemini.script();
        gemini.simulate("503-inside");
        GeminiStub.Script broken = gemini.script();
        said.clear();
        gemini.script((call, number) -> {
            boolean breaks = "provider-key-broken".equals(call.key());
            Reply reply = (breaks ? broken : served).reply(call, number);
            said.add(COUNT.matcher(reply.body() + reply.pieces()).results().mapToLong(count -> Long.parseLong(count.group(1))).max().orElse(0));
            return reply;
        });
        arrivals.set(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"genai", "generative-ai", "ai-sdk", "langchain", "openai"})
    void aClientOfNpmIsServedDeniedOnceAndBookedToTheToken(String client) throws IOException, InterruptedException {
        NodeClients node = NodeClients.of(Path.of("src/test/clients/gemini"));

        List<JsonNode> all = node.call(client, gateway.uri("/gemini").toString(), "plain:" + key, "stream:" + key, "tools:" + key,
                "structured:" + key, "abort:" + key, "plain:" + keyOfASpentOne, "stream:" + keyOfASpentOne, "stream:" + keyOfABrokenOne);

        assertThat(all).as(all.toString()).hasSize(8);
        assertThat(all.subList(0, 4)).extracting(one -> one.path("got").asText()).containsExactly(SAID, SAID, "weather", "text");
        assertThat(SAID).startsWith(all.get(4).path("got").asText("nothing"));
        assertThat(all.subList(5, 7)).allSatisfy(denied -> assertThat(denied.path("error").asText()).contains("no longer available"));
        assertThat(arrivals.get()).as("requests, each denial one").isEqualTo(8);
        assertThat(gemini.hits()).isEqualTo(6);
        booksHold(5); // also of a chat that was left before it said what it used
    }

    @Test
    void googlesCommandLineIsServedDeniedOnceAndBookedToTheToken() throws IOException, InterruptedException {
        NodeClients node = NodeClients.of(Path.of("src/test/clients/gemini"));
        Path settings = Files.createDirectories(node.folder().resolve("home/.gemini")).resolve("settings.json");
        Files.writeString(settings, "{\"security\":{\"auth\":{\"selectedType\":\"gemini-api-key\"}},\"general\":{\"disableAutoUpdate\":true}}");
        Function<String, Map<String, String>> as = apiKey -> Map.of("HOME", node.folder().resolve("home").toString(), "GEMINI_API_KEY", apiKey,
                "GOOGLE_GEMINI_BASE_URL", gateway.uri("/gemini").toString());
        String[] hello = {"--skip-trust", "-m", "gemini-2.5-flash", "-p", "hello"};

        NodeClients.Said served = node.program("gemini", as.apply(key), hello);

        assertThat(served.exit()).as(served.text()).isZero();
        assertThat(served.text()).contains("This is the sandbox; the tool said");
        assertThat(gemini.hits()).as("a tool is called, and has answered").isEqualTo(2);
        booksHold(2);
        arrivals.set(0);
        assertThat(node.program("gemini", as.apply(keyOfASpentOne), hello)).satisfies(denied -> {
            assertThat(denied.exit()).isNotZero();
            assertThat(denied.text()).contains("no longer available");
        });
        assertThat(arrivals.get()).as("the denial is one").isOne();
        assertThat(gemini.hits()).isEqualTo(2);
    }

    @Test
    void googlesOwnForJavaIsServedDeniedOnceAndBookedToTheToken() {
        String model = "gemini-2.5-flash";
        Function<String, Client> sdk = apiKey -> Client.builder().apiKey(apiKey)
                .httpOptions(HttpOptions.builder().baseUrl(gateway.uri("/gemini").toString()).build()).build();
        Client client = sdk.apply(key);
        Schema schema = Schema.builder().type("OBJECT").properties(Map.of("city", Schema.builder().type("STRING").build())).build();

        assertThat(client.models.generateContent(model, "hello", null).text()).isEqualTo(SAID);
        assertThat(text(client, model)).isEqualTo(SAID);
        assertThat(client.models.generateContent(model, "hello", GenerateContentConfig.builder().tools(Tool.builder()
                .functionDeclarations(FunctionDeclaration.builder().name("weather").parameters(schema).build()).build()).build())
                .functionCalls().get(0).name()).contains("weather");
        assertThat(client.models.generateContent(model, "hello", GenerateContentConfig.builder().responseMimeType("application/json")
                .responseSchema(schema).build()).text()).isEqualTo("{\"city\":\"text\"}");
        try (var stream = client.models.generateContentStream(model, "hello", null)) {
            assertThat(stream.iterator().next().text()).isNotBlank();
        }
        assertThat(catchThrowable(() -> sdk.apply(keyOfASpentOne).models.generateContent(model, "hello", null)))
                .hasMessageContaining("no longer available");
        assertThat(catchThrowable(() -> text(sdk.apply(keyOfASpentOne), model))).hasMessageContaining("no longer available");
        catchThrowable(() -> text(sdk.apply(keyOfABrokenOne), model)); // told as this client tells it

        assertThat(arrivals.get()).as("requests, each denial one").isEqualTo(8);
        assertThat(gemini.hits()).isEqualTo(6);
        booksHold(5);
    }

    private static String text(Client client, String model) {
        StringBuilder text = new StringBuilder();
        try (var stream = client.models.generateContentStream(model, "hello", null)) {
            stream.forEach(piece -> text.append(piece.text()));
        }
        return text.toString();
    }

    /** A row for each served call, none of more than Gemini said, nothing reserved, no drift. */
    private void booksHold(int calls) {
        Books books = new Books(database);
        await().untilAsserted(() -> {
            assertThat(books.entries(company)).as("what %s cost", company).hasSize(calls).allSatisfy(one -> assertThat(one.tokens()).isPositive());
            assertThat(books.entries(company + "-SPENT")).isEmpty();
            assertThat(reservations.reserved()).isZero();
        });
        long booked = List.of(company, company + "-BROKEN").stream().flatMap(one -> books.entries(one).stream())
                .collect(Collectors.summingLong(Books.Entry::tokens));
        long all = said.stream().mapToLong(Long::longValue).sum();
        assertThat(booked).as("what was said, of the stream that was left as much as was said by then")
                .isBetween(all - said.stream().mapToLong(Long::longValue).max().orElse(0), all);
        books.summaryAgrees(company);
        books.summaryAgrees(company + "-BROKEN");
    }
}
