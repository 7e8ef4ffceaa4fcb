package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    /** Google's old client passes an error inside a stream over in silence, and so does what is built on it. */
    private static final List<String> LEAVE_ERRORS_OUT = List.of("generative-ai", "langchain");

    private static final String[] HELLO = {"--skip-trust", "-m", "gemini-2.5-flash", "-p", "hello"};
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
    private String keyOfAStranger;

    @BeforeEach
    void companies() {
        company = "CLIENT-" + System.nanoTime();
        token = company(company, "provider-key-1", "Active");
        key = keyFor("\"gemini\"", company);
        company(company + "-BROKEN", "provider-key-broken", "Active");
        keyOfABrokenOne = keyFor("\"gemini\"", company + "-BROKEN");
        company(company + "-SPENT", "provider-key-2", "Exceeded");
        keyOfASpentOne = keyFor("\"gemini\"", company + "-SPENT");
        keyOfAStranger = keyFor("\"gemini\"", company + "-WITHOUT-TOKENS");
        gemini.simulate();
        GeminiStub.Script served = gemini.script();
        gemini.simulate("503-inside");
        GeminiStub.Script broken = gemini.script();
        said.clear();
        gemini.script((call, number) -> {
            boolean breaks = call.headers().contains("provider-key-broken");
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
                "structured:" + key, "abort:" + key, "plain:" + keyOfASpentOne, "stream:" + keyOfASpentOne, "plain:" + keyOfAStranger, "plain:no-key-of-this-gateway",
                "stream:" + keyOfABrokenOne);

        assertThat(all).as(all.toString()).hasSize(10);
        assertThat(all.subList(0, 4)).extracting(one -> one.path("got").asText()).containsExactly(SAID, SAID, "weather", "text");
        assertThat(SAID).startsWith(all.get(4).path("got").asText("nothing"));
        assertThat(all.subList(5, 7)).allSatisfy(denied -> assertThat(denied.path("error").asText()).contains("no longer available"));
        assertThat(all.get(7).path("error").asText()).contains("No active token found");
        assertThat(all.get(8).path("error").asText()).isNotEmpty();
        if (LEAVE_ERRORS_OUT.contains(client)) {
            assertThat(all.get(9).path("got").asText()).as("what came before the error").isEqualTo("This ");
        }
        else {
            assertThat(all.get(9).path("error").asText()).as("an error inside a stream").contains("overloaded");
        }
        assertThat(arrivals.get()).as("requests, each denial one; that of an unknown key is refused before it is counted").isEqualTo(9);
        assertThat(gemini.hits()).isEqualTo(6);
        booksHold(5); // also of a chat that was left before it said what it used
    }

    @Test
    void googlesCommandLineIsServedDeniedOnceAndBookedToTheToken() throws IOException, InterruptedException {
        NodeClients node = commandLine();

        NodeClients.Said served = node.program("gemini", as(node, key), HELLO);

        assertThat(served.exit()).as(served.text()).isZero();
        assertThat(served.text()).contains("This is the sandbox; the tool said");
        assertThat(gemini.hits()).as("a tool is called, and has answered").isEqualTo(2);
        booksHold(2);
        for (String denied : List.of(keyOfASpentOne, keyOfAStranger)) {
            arrivals.set(0);
            assertThat(node.program("gemini", as(node, denied), HELLO)).satisfies(said -> {
                assertThat(said.exit()).isNotZero();
                assertThat(said.text()).containsPattern("no longer available|No active token found");
            });
            assertThat(arrivals.get()).as("the denial is one").isOne();
        }
        assertThat(gemini.hits()).isEqualTo(2);
    }

    /** What has come is said while the rest is waited for; who is interrupted then has paid for no more than Gemini said. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void googlesCommandLineStreams(boolean interrupted) throws IOException, InterruptedException {
        NodeClients node = commandLine();
        gemini.script((call, number) -> Reply.of("text/event-stream", pieces("one ", "two ", "three ", "four ")));
        said.addAll(List.of(40L));
        CountDownLatch gate = gemini.closePieceGate();

        try (NodeClients.Running running = node.start("gemini", as(node, key), with(HELLO, "-o", "stream-json"))) {
            await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> assertThat(running.text()).contains("one "));
            assertThat(running.text()).doesNotContain("three");
            assertThat(gemini.piecesSent()).as("Gemini has sent no more").isEqualTo(2);
            if (interrupted) {
                running.interrupt();
            }
            gate.countDown();
            assertThat(running.process().waitFor(2, TimeUnit.MINUTES)).isTrue();
            if (!interrupted) {
                assertThat(running.process().exitValue()).as(running.text()).isZero();
                assertThat(running.text()).contains("four");
            }
        }

        assertThat(gemini.hits()).isOne();
        booksHold(1);
        assertThat(new Books(database).entries(company)).extracting(Books.Entry::tokens).first().satisfies(booked -> assertThat((long) booked)
                .isBetween(interrupted ? 10L : 40L, 40L));
    }

    @Test
    void anErrorInsideAStreamOfGooglesCommandLineIsARow() throws IOException, InterruptedException {
        NodeClients node = commandLine();

        NodeClients.Said broken = node.program("gemini", as(node, keyOfABrokenOne), HELLO);

        assertThat(broken.text()).as("what came before the error").contains("This ").doesNotContain("This is");
        await().untilAsserted(() -> assertThat(database.sql("SELECT COUNT(*) FROM RetryAttempts WHERE CompanyID = ?").param(company + "-BROKEN")
                .query(Integer.class).single()).as("a row for each time that it asked").isEqualTo(gemini.hits()).isPositive());
        booksHold(0);
    }

    /** The counts are 10 more with each. */
    private static List<String> pieces(String... texts) {
        List<String> pieces = new ArrayList<>();
        for (String text : texts) {
            boolean last = pieces.size() == texts.length - 1;
            pieces.add("data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"" + text + "\"}]}" + (last ? ",\"finishReason\":\"STOP\"" : "")
                    + "}],\"usageMetadata\":{\"promptTokenCount\":5,\"candidatesTokenCount\":" + (10 * pieces.size() + 5) + ",\"totalTokenCount\":"
                    + 10 * (pieces.size() + 1) + "}}\n\n");
        }
        return pieces;
    }

    private static NodeClients commandLine() throws IOException, InterruptedException {
        NodeClients node = NodeClients.of(Path.of("src/test/clients/gemini"));
        Path settings = Files.createDirectories(node.folder().resolve("home/.gemini")).resolve("settings.json");
        Files.writeString(settings, "{\"security\":{\"auth\":{\"selectedType\":\"gemini-api-key\"}},\"general\":{\"disableAutoUpdate\":true}}");
        return node;
    }

    private Map<String, String> as(NodeClients node, String apiKey) {
        return Map.of("HOME", node.folder().resolve("home").toString(), "GEMINI_API_KEY", apiKey,
                "GOOGLE_GEMINI_BASE_URL", gateway.uri("/gemini").toString());
    }

    private static String[] with(String[] some, String... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
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
