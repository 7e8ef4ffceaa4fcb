package dev.tollgate.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;

import dev.tollgate.StubServer;
import dev.tollgate.e2e.GeminiStub.Reply;
import dev.tollgate.ledger.Reservations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Many streams at once, legal and broken ones, read to their end or left at any byte: each is booked with no less than its
 * caller has seen and no more than Gemini has said, and nothing stays reserved. What was seen and said is found out by the rules
 * of the WHATWG and of JSON, without a line of the gateway's code.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GeminiStreamsTest extends KeyTest {

    private static final long SEED = 14;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Autowired
    private Reservations reservations;

    /** What goes out for each caller, by the name that its question holds. */
    private final Map<String, List<String>> streams = new ConcurrentHashMap<>();
    private final Map<String, String> seen = new ConcurrentHashMap<>();

    @ParameterizedTest
    @EnumSource
    void aHundredStreamsOfWhichAThirdIsLeftMidway(Form form) throws Exception {
        run("PARALLEL-" + form, form, 100, number -> form.legal(new Random(SEED + number)), number -> number % 3 == 0);
        assertThat(gemini.hits()).isEqualTo(100);
    }

    @ParameterizedTest
    @EnumSource
    void twoHundredStreamsOfLegalAndBrokenPieces(Form form) throws Exception {
        run("GENERATED-" + form, form, 200, number -> form.broken(new Random(SEED * 1000 + number)), number -> number % 5 == 0);
        assertThat(gemini.hits()).isEqualTo(200);
    }

    /** How Gemini streams: events if asked for, else one list whose elements come one after the other. */
    enum Form {
        EVENTS("?alt=sse", List.of("text/event-stream", "TEXT/EVENT-STREAM;charset=utf-8")) {
            @Override
            List<String> legal(Random random) {
                return events(random);
            }

            @Override
            List<String> broken(Random random) {
                return brokenEvents(random);
            }

            @Override
            long count(String text) {
                return countOfEvents(text);
            }
        },
        LIST("", List.of("application/json; charset=UTF-8", "Application/JSON")) {
            @Override
            List<String> legal(Random random) {
                return list(random, false);
            }

            @Override
            List<String> broken(Random random) {
                return list(random, true);
            }

            @Override
            long count(String text) {
                return countOfList(text);
            }
        };

        private final String query;
        private final List<String> types;

        Form(String query, List<String> types) {
            this.query = query;
            this.types = types;
        }

        abstract List<String> legal(Random random);

        abstract List<String> broken(Random random);

        /** The greatest count that a reader of such a text has seen whole. */
        abstract long count(String text);
    }

    private interface Of<T> {

        T number(int number);
    }

    private void run(String company, Form form, int callers, Of<List<String>> stream, Of<Boolean> leaves) throws Exception {
        long token = company(company, "provider-key-1", "Active", 1_000_000_000);
        String key = keyFor("\"gemini\"", company);
        IntStream.range(0, callers).forEach(number -> streams.put(company + "-" + number, stream.number(number)));
        gemini.script((call, number) -> Reply.of(form.types.get(number % 2),
                streams.get(call.body())));
        ExecutorService threads = StubServer.daemons("stream-callers");
        Semaphore atOnce = new Semaphore(100);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            String name = company + "-" + i;
            boolean hangsUp = leaves.number(i);
            atOnce.acquire();
            all.add(threads.submit(() -> {
                try {
                    read(name, key, form, hangsUp ? new Random(name.hashCode()).nextInt(length(name)) : Integer.MAX_VALUE);
                }
                finally {
                    atOnce.release();
                }
                return null;
            }));
        }
        for (Future<?> one : all) {
            one.get();
        }
        threads.shutdown();

        await().untilAsserted(() -> assertThat(reservations.reserved(token)).isZero());
        for (int i = 0; i < callers; i++) {
            String name = company + "-" + i;
            long booked = database.sql("SELECT COALESCE(SUM(TotalTokensUsed), 0) FROM TokenUsageLogs WHERE RequestID = ?")
                    .param(name).query(Long.class).single();
            assertThat(booked).as("%s saw %s of %s", name, seen.get(name), streams.get(name))
                    .isBetween(form.count(seen.get(name)), form.count(String.join("", streams.get(name))));
            if (!leaves.number(i)) {
                assertThat(booked).as(name).isEqualTo(form.count(seen.get(name)));
            }
        }
        new Books(database).summaryAgrees(company);
        assertThat(gateway.send(HttpRequest.newBuilder(gateway.uri("/status/reconcile")).header("Authorization", "Bearer " + ADMIN))
                .json().path("drift").asLong()).isZero();
    }

    private int length(String name) {
        return String.join("", streams.get(name)).length() + 1;
    }

    private void read(String name, String key, Form form, int bytes) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(gateway.uri("/gemini/v1beta/models/gemini-2.5-flash:streamGenerateContent" + form.query))
                .header("x-goog-api-key", key).header("X-Request-Id", name).POST(BodyPublishers.ofString(name)).build();
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (InputStream body = CLIENT.send(request, BodyHandlers.ofInputStream()).body()) {
            for (int b = 0; read.size() < bytes && (b = body.read()) >= 0;) {
                read.write(b);
            }
        }
        seen.put(name, read.toString(StandardCharsets.UTF_8));
    }

    /** As Gemini streams: a piece of text and the counts so far in each event, the reason for the end in the last one. */
    private static List<String> events(Random random) {
        List<String> events = new ArrayList<>();
        long total = random.nextInt(1000);
        int pieces = 1 + random.nextInt(30);
        for (int i = 1; i <= pieces; i++) {
            total += random.nextInt(500);
            events.add("data: " + json(random, total, i == pieces) + "\r\n\r\n");
        }
        return events;
    }

    private static String json(Random random, long total, boolean last) {
        String text = random.nextInt(4) == 0 ? "\\\"usageMetadata\\\":{\\\"totalTokenCount\\\":999999}" : "x\u00e9\u20ac".repeat(random.nextInt(300));
        String counts = switch (random.nextInt(8)) {
            case 0 -> ",\"usageMetadata\":{}";
            case 1 -> ",\"usageMetadata\":{\"trafficType\":\"ON_DEMAND\"}";
            case 2 -> last ? ",\"usageMetadata\":{\"totalTokenCount\":\"" + total + "\"}" : "";
            default -> ",\"usageMetadata\":{\"promptTokenCount\":1,\"totalTokenCount\":" + total + "}";
        };
        return "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"" + text + "\"}]}"
                + (last ? ",\"finishReason\":\"STOP\"" : "") + "}]" + (last && !counts.contains("total")
                ? ",\"usageMetadata\":{\"totalTokenCount\":" + total + "}" : counts) + "}";
    }

    /** The same in all the ways of writing events, some of them wrong: and some of it cut, doubled, mixed or missing. */
    private static List<String> brokenEvents(Random random) {
        List<String> bytes = new ArrayList<>();
        bytes.add(random.nextInt(5) == 0 ? "\ufeff" : "");
        long total = random.nextInt(1000);
        int pieces = 1 + random.nextInt(20);
        for (int i = 1; i <= pieces; i++) {
            total += random.nextInt(500);
            String json = json(random, total, i == pieces);
            String end = List.of("\n", "\r\n", "\r").get(random.nextInt(3));
            String event = switch (random.nextInt(14)) {
                case 0 -> "data:" + json + end + end;
                case 1 -> ": comment" + end + "data: " + json + end + end;
                case 2 -> "event: message" + end + "id: 7" + end + "data: " + json + end + "retry: 9" + end + end;
                case 3 -> "data: {" + end + "data: " + json.substring(1) + end + end;
                case 4 -> ": keep-alive" + end + end;
                case 5 -> "data: [DONE]" + end + end;
                case 6 -> "data: " + json.substring(0, json.length() / 2) + end + end;
                case 7 -> "data" + end + end;
                case 8 -> "datum: " + json + end + end;
                case 9 -> "data: " + json + end + end + "data: " + json + end + end;
                case 10 -> "<html>" + end + end;
                case 11 -> "data: " + json + end + end + "data: {\"error\":{\"code\":503,\"status\":\"UNAVAILABLE\"}}" + end + end;
                default -> "data: " + json + end + end;
            };
            int cut = random.nextInt(event.length());
            bytes.add(event.substring(0, cut));
            bytes.add(event.substring(cut));
        }
        return bytes.stream().filter(piece -> !piece.isEmpty()).toList();
    }

    /** The greatest count in the events of a text, by the rules of the WHATWG; an event counts when it is whole, and is JSON. */
    private static long countOfEvents(String text) {
        long count = 0;
        StringBuilder data = new StringBuilder();
        for (String line : (text.startsWith("\ufeff") ? text.substring(1) : text).split("\r\n|\n|\r", -1)) {
            if (line.isEmpty()) {
                count = Math.max(count, countOf(data.toString()));
                data.setLength(0);
            }
            else if (line.startsWith("data:")) {
                data.append(line.substring(line.startsWith("data: ") ? 6 : 5)).append('\n');
            }
        }
        return count;
    }

    /** A list as Gemini streams it; if broken, with elements that are no answers, are cut, or are followed by something else. */
    private static List<String> list(Random random, boolean broken) {
        List<String> bytes = new ArrayList<>();
        long total = random.nextInt(1000);
        int pieces = 1 + random.nextInt(20);
        for (int i = 1; i <= pieces; i++) {
            total += random.nextInt(500);
            String json = json(random, total, i == pieces);
            String element = switch (broken ? random.nextInt(12) : 99) {
                case 0 -> "{\"error\":{\"code\":503,\"status\":\"UNAVAILABLE\"}}";
                case 1 -> "null";
                case 2 -> "[" + json + "]";
                case 3 -> "{}";
                case 4 -> "\n\r\n\t " + json + " \r\n\n\n";
                case 5 -> "\"" + "usageMetadata".repeat(100) + "\"";
                case 6 -> "{\"inner\":" + json + "}";
                case 7 -> i == pieces ? json.substring(0, json.length() / 2) : json;
                case 8 -> i == pieces ? json + "]\n\n<html>" : json;
                default -> json;
            };
            String text = (i == 1 ? (broken && random.nextInt(5) == 0 ? "\ufeff[" : "[") : random.nextBoolean() ? ",\r\n" : ",") + element
                    + (i == pieces && !(broken && random.nextInt(3) == 0) ? "]\n" : "");
            int cut = random.nextInt(text.length());
            bytes.add(text.substring(0, cut));
            bytes.add(text.substring(cut));
        }
        return bytes.stream().filter(piece -> !piece.isEmpty()).toList();
    }

    /** The greatest count of the elements before the first that is not whole; a list in the list is one of elements. */
    private static long countOfList(String text) {
        long count = 0;
        try (JsonParser parser = JSON.getFactory().createParser(text.startsWith("\ufeff") ? text.substring(1) : text)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.START_OBJECT) {
                    JsonNode element = JSON.readTree(parser);
                    count = Math.max(count, element.path("usageMetadata").path("totalTokenCount").asLong());
                }
            }
            return count;
        }
        catch (IOException cut) {
            return count;
        }
    }

    private static long countOf(String data) {
        try {
            JsonNode json = data.isBlank() ? JSON.missingNode() : JSON.readTree(data);
            return json.path("usageMetadata").path("totalTokenCount").asLong();
        }
        catch (IOException notJson) {
            return 0;
        }
    }
}
