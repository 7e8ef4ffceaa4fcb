package dev.tollgate.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import com.sun.net.httpserver.HttpExchange;
import org.junit.jupiter.api.Test;

import dev.tollgate.disk.Crowd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Many streams at once, legal and broken, of chat, messages and responses, of which a third is left by its caller: the books hold
 * what xAI said, each once.
 */
class XaiStreamsTest extends XaiGatewayTest {

    private static final int STREAMS = 300;
    private static final String CHAT = "/xai/v1/chat/completions";
    private static final String MESSAGES = "/xai/v1/messages";
    private static final String RESPONSES = "/xai/v1/responses";
    private static final Pattern NUMBER = Pattern.compile("stream number (\\d+)");

    /** One stream as it is made; the same number makes the same. */
    private record Made(String text, boolean says, long total, boolean isAnswer) {

        /** Anthropic's clients are told the input at the beginning and the output at the end, those of responses all at the end. */
        static Made of(int number) {
            return switch (path(number)) {
                case MESSAGES -> message(new Random(number));
                case RESPONSES -> response(new Random(number));
                default -> chat(new Random(number));
            };
        }

        static String path(int number) {
            return List.of(CHAT, MESSAGES, CHAT, RESPONSES).get(number % 4);
        }

        private static Made response(Random random) {
            boolean says = random.nextInt(5) > 0;
            int prompt = 10 + random.nextInt(100);
            int written = 2 + random.nextInt(500);
            int thought = random.nextInt(300);
            List<String> events = new ArrayList<>(List.of("event: response.created\ndata: {\"type\":\"response.created\",\"response\":"
                    + "{\"status\":\"in_progress\",\"output\":[],\"usage\":null}}"));
            int words = random.nextInt(30);
            for (int word = 0; word < words; word++) {
                events.add(switch (random.nextInt(6)) {
                    case 0 -> "data: {\"type\":\"response.reasoning_summary_text.delta\",\"delta\":\"hm \"}";
                    case 1 -> "data: {\"type\":\"response.function_call_arguments.delta\",\"delta\":\"{\\\"usage\\\":{\\\"total_tokens\\\":9999999}\"}";
                    case 2 -> "event: response.output_text.delta\nid\nretry: 5\ndata: {\"type\":\"response.output_text.delta\",\ndata:\"delta\":\"w\u00f6rd \\ud83d\\ude00\"}";
                    default -> "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"w\u00f6rd \ud83d\ude00 \"}";
                });
                if (random.nextInt(8) == 0) {
                    events.add(List.of("data: {\"type\":\"response.output_text.delta\",\"delta\":\"", "data:", "\u0000\u0001", "data: \"response\"",
                            "data: {\"response\":{\"usage\":{}}}", "data: {\"response\":{\"usage\":[]}}", "data: [[[[", "datum: {\"response\":{\"usage\":{\"total_tokens\":7777777}}}")
                            .get(random.nextInt(8)));
                }
            }
            if (says) {
                String usage = "{\"input_tokens\":%d,\"output_tokens\":%d,\"total_tokens\":%d,\"output_tokens_details\":{\"reasoning_tokens\":%d}}"
                        .formatted(prompt, random.nextBoolean() ? written + thought : written, prompt + written + thought, thought);
                String end = List.of("completed", "incomplete", "failed").get(random.nextInt(3));
                events.add("event: response." + end + "\ndata: {\"type\":\"response." + end + "\",\"response\":{\"status\":\"" + end + "\",\"output\":"
                        + "[{\"content\":[{\"text\":\"" + "x".repeat(random.nextInt(20_000)) + "\"}]}],\"usage\":" + usage + "}}");
                if (random.nextBoolean()) {
                    events.add("data: {\"response\":{\"usage\":null}}");
                }
            }
            String lineEnd = List.of("\n", "\r\n", "\r").get(random.nextInt(3));
            return new Made((random.nextInt(5) == 0 ? "\ufeff" : "") + (String.join("\n\n", events) + "\n\n").replace("\n", lineEnd), says,
                    (long) prompt + written + thought, words > 0);
        }

        private static Made message(Random random) {
            boolean says = random.nextInt(5) > 0;
            int prompt = 10 + random.nextInt(100);
            int cached = random.nextInt(50);
            int written = 2 + random.nextInt(500);
            String usage = says ? ",\"usage\":{\"input_tokens\":%d,\"cache_read_input_tokens\":%d,\"output_tokens\":1}".formatted(prompt, cached) : "";
            List<String> events = new ArrayList<>(List.of("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"content\":[]" + usage + "}}"));
            int words = random.nextInt(30);
            for (int word = 0; word < words; word++) {
                events.add("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":" + switch (random.nextInt(4)) {
                    case 0 -> "{\"type\":\"thinking_delta\",\"thinking\":\"hm \"}}";
                    case 1 -> "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"usage\\\":{}\"}}";
                    default -> "{\"type\":\"text_delta\",\"text\":\"wörd 😀 \"}}";
                });
                if (random.nextInt(10) == 0) {
                    events.add("event: ping\ndata: {\"type\": \"ping\"}");
                }
            }
            events.add("event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}"
                    + (says ? ",\"usage\":{\"output_tokens\":" + written + "}" : "") + "}");
            events.add("event: message_stop\ndata: {\"type\":\"message_stop\"}");
            return new Made(String.join("\n\n", events) + "\n\n", says, (long) prompt + cached + written, true);
        }

        private static Made chat(Random random) {
            List<String> events = new ArrayList<>(List.of(": begun"));
            int words = random.nextInt(30);
            for (int word = 0; word < words; word++) {
                events.add(switch (random.nextInt(8)) {
                    case 0 -> ": keep\nevent: x\nid: 7\ndata: {\"choices\":[{\"delta\":\ndata: {\"content\":\"w \"}}]}";
                    case 1 -> "data: {\"choices\":[{\"delta\":{\"content\":\"\\\"usage\\\":{\\\"total_tokens\\\":9999999}\"}}],\"usage\":{}}";
                    case 2 -> "data: {\"choices\":[{\"delta\":{\"content\":\"w \"}}],\"usage\":null}";
                    default -> "data: {\"choices\":[{\"delta\":{\"content\":\"wörd 😀 \"}}]}";
                });
                if (random.nextInt(10) == 0) {
                    events.add(List.of("data: {\"choices\":[{", "data", "nonsense", "data: <html>", "data: \"usage\"").get(random.nextInt(5)));
                }
            }
            boolean says = random.nextInt(5) > 0;
            int prompt = 10 + random.nextInt(100);
            int written = 1 + random.nextInt(500);
            int thought = random.nextInt(300);
            if (says) {
                boolean inside = random.nextBoolean();
                events.add(("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d,"
                        + "\"completion_tokens_details\":{\"reasoning_tokens\":%d}}}").formatted(prompt, inside ? written + thought : written,
                        prompt + written + thought, thought));
                if (random.nextBoolean()) {
                    events.add("data: {\"choices\":[],\"usage\":{}}");
                }
            }
            if (random.nextBoolean()) {
                events.add("data: [DONE]");
            }
            String lineEnd = List.of("\n", "\r\n", "\r").get(random.nextInt(3));
            return new Made((String.join("\n\n", events) + "\n\n").replace("\n", lineEnd), says, (long) prompt + written + thought, words > 0);
        }
    }

    @Test
    void booksHoldWhatWasSaid() throws Exception {
        xai.answerCalls(XaiStreamsTest::send);

        Crowd.of(STREAMS, number -> () -> ask(number));

        assertThat(xai.hits()).isEqualTo(STREAMS);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(rows()).hasSize((int) made().stream()
                .filter(one -> one.says() || one.isAnswer()).count()));
        for (int number = 0; number < STREAMS; number++) {
            Made made = Made.of(number);
            String id = "stream-" + number;
            List<List<Object>> own = rows().stream().filter(row -> row.get(0).equals(id)).toList();
            assertThat(own).as(id).hasSize(made.says() || made.isAnswer() ? 1 : 0);
            if (made.says()) {
                assertThat(own.get(0)).as(id).containsExactly(id, made.total(), false);
            } else if (made.isAnswer()) {
                assertThat(own.get(0).get(2)).as(id).isEqualTo(true);
            }
        }
        assertThat(gateway.get("/status/reconcile").json().path("drift").asLong()).isZero();
    }

    private static List<Made> made() {
        return IntStream.range(0, STREAMS).mapToObj(Made::of).toList();
    }

    private static void send(XaiStub.Call call, HttpExchange http) throws IOException {
        Matcher asked = NUMBER.matcher(new String(call.body(), StandardCharsets.UTF_8));
        assertThat(asked.find()).isTrue();
        int number = Integer.parseInt(asked.group(1));
        byte[] bytes = Made.of(number).text().getBytes(StandardCharsets.UTF_8);
        Random random = new Random(number);
        http.getResponseHeaders().set("Content-Type", List.of("text/event-stream", "TEXT/Event-Stream;charset=utf-8").get(number % 2));
        http.sendResponseHeaders(200, 0);
        try (OutputStream out = http.getResponseBody()) {
            for (int at = 0; at < bytes.length;) {
                int piece = Math.min(bytes.length - at, 1 + random.nextInt(200));
                out.write(bytes, at, piece);
                out.flush();
                at += piece;
            }
        }
    }

    private Void ask(int number) {
        HttpRequest request = HttpRequest.newBuilder(gateway.uri(Made.path(number))).header("X-Request-Id", "stream-" + number)
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"grok-4\",\"stream\":true,"
                        + (Made.path(number).equals(RESPONSES) ? "\"input\":\"stream number " + number + "\"}"
                        : "\"messages\":[{\"role\":\"user\",\"content\":\"stream number " + number + "\"}]}"))).build();
        try (InputStream answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream()).body()) {
            if (number % 3 == 0) {
                answer.readNBytes(new Random(number).nextInt(400)); // and leaves
            } else {
                String read = new String(answer.readAllBytes(), StandardCharsets.UTF_8);
                if (Made.path(number).equals(CHAT)) {
                    assertThat(read).as("what the caller did not ask for").doesNotContain("\"prompt_tokens\"");
                } else {
                    assertThat(read).as("byte for byte").isEqualTo(Made.of(number).text());
                }
            }
        } catch (IOException left) {
            assertThat(number % 3).isZero();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    private List<List<Object>> rows() {
        return database.sql("SELECT RequestID, TotalTokensUsed, IsEstimated FROM TokenUsageLogs WHERE RequestID LIKE 'stream-%'").query()
                .listOfRows().stream().<List<Object>>map(row -> new ArrayList<>(row.values())).toList();
    }
}
