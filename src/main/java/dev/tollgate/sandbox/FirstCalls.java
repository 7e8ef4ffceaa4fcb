package dev.tollgate.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import dev.tollgate.TollgateApplication;

/**
 * The first calls of a gateway, made where it is packaged and not where it serves. It starts as for production, is called at every
 * API by {@value #CALLERS} callers at once, against upstreams with constant answers in the same process, and ends. A JVM that keeps
 * a cache of this run, as that of {@code packaging/unpack} does, keeps in it which classes a call loads and which ways it takes, so
 * that the compiler need not find that out again while the first callers of a later start wait.
 */
public final class FirstCalls {

    private static final int CALLERS = 16;
    /** So that a gateway which does not answer fails its packaging and does not hold it up. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String GENERATE = "/gemini/v1beta/models/gemini-2.5-flash:";
    private static final String CONTENTS = "{\"contents\":[{\"parts\":[{\"text\":\"hello\"}]}]}";
    private static final String CHAT = "{\"model\":\"grok\",%s\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
    private static final String MUG = "{\"title\":\"Mug\",\"category\":\"Kitchen\",\"season\":\"Winter\",\"price\":9.5}";

    private static final String USAGE = "\"usage\":{\"prompt_tokens\":8,\"completion_tokens\":2,\"total_tokens\":10}}";
    private static final String GENERATED = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"ok\"}],\"role\":\"model\"},"
            + "\"finishReason\":\"STOP\",\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":8,\"candidatesTokenCount\":2,"
            + "\"totalTokenCount\":10},\"modelVersion\":\"m\",\"responseId\":\"r\"}";
    private static final String COMPLETION = "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"grok\",\"choices\":[{"
            + "\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"{\\\"reasonable\\\":true}\"},\"finish_reason\":\"stop\"}]," + USAGE;
    private static final String CHUNKS = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"grok\",\"choices\":[{"
            + "\"index\":0,\"delta\":{\"content\":\"ok\"},\"finish_reason\":\"stop\"}]," + USAGE + "\n\ndata: [DONE]\n\n";

    private record Call(String path, String contentType, String body) {

        static Call get(String path) {
            return new Call(path, "", "");
        }

        static Call json(String path, String body) {
            return new Call(path, "application/json", body);
        }

        HttpRequest by(String origin, String key) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin + path)).timeout(PATIENCE)
                    .header("Authorization", "Bearer " + key);
            return (contentType.isEmpty() ? request : request.header("Content-Type", contentType)
                    .POST(BodyPublishers.ofString(body))).build();
        }
    }

    private static final List<Call> CALLS = List.of(
            Call.json(GENERATE + "generateContent", CONTENTS),
            Call.json("/xai/v1/chat/completions", CHAT.formatted("")),
            Call.get("/keepa/product?domain=1&asin=B0000000A1"),
            Call.get("/sp-api/listings/2021-08-01/restrictions?asin=B0000000A1&sellerId=A1FIRST&marketplaceIds=ATVPDKIKX0DER"),
            Call.json("/judge", MUG),
            Call.get("/token/status?companyID=FIRST"),
            Call.json(GENERATE + "streamGenerateContent?alt=sse", CONTENTS),
            Call.json("/xai/v1/chat/completions", CHAT.formatted("\"stream\":true,")));

    private FirstCalls() {
    }

    /**
     * Starts, calls and ends.
     *
     * @param args how often each path is called, a multiple of {@value #CALLERS} at best, and a folder for what is written, which is the
     *             caller's to remove
     * @throws IllegalArgumentException when they are not that
     * @throws IllegalStateException when a call is not answered with 2xx; says which
     */
    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        if (args.length != 2 || !args[0].matches("\\d{1,9}")) {
            throw new IllegalArgumentException("Say how often each path is called, and a folder for what is written: FirstCalls 8000 folder");
        }
        // The JDK's server sends head and body apart, and would wait for the receiver's word in between.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer upstreams = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), CALLERS);
        ExecutorService threads = Executors.newFixedThreadPool(2 * CALLERS);
        upstreams.setExecutor(threads);
        serve(upstreams, GENERATE + "generateContent", GENERATED);
        serve(upstreams, GENERATE + "streamGenerateContent", "data: " + GENERATED + "\n\n");
        serve(upstreams, "/xai/", COMPLETION, CHUNKS);
        serve(upstreams, "/keepa/", "{\"timestamp\":1795000000000,\"tokensLeft\":100000000,\"refillIn\":1000,\"refillRate\":1000000,"
                + "\"tokenFlowReduction\":0,\"tokensConsumed\":1,\"processingTimeInMs\":1,\"products\":[]}");
        serve(upstreams, "/sp-api/", "{\"restrictions\":[]}");
        serve(upstreams, "/auth/o2/token", "{\"access_token\":\"Atza|first\",\"token_type\":\"bearer\",\"expires_in\":3600,"
                + "\"refresh_token\":\"Atzr|first\"}");
        upstreams.start();
        try (ConfigurableApplicationContext gateway = SpringApplication.run(TollgateApplication.class,
                settings(args[1], upstreams.getAddress().getPort()))) {
            String origin = "http://127.0.0.1:" + gateway.getEnvironment().getRequiredProperty("local.server.port");
            call(origin, Integer.parseInt(args[0]), threads);
        } finally {
            upstreams.stop(0);
            threads.shutdownNow();
        }
    }

    /** Nothing of the place where it runs: an application.yaml there may name the database that a gateway already serves from. */
    private static String[] settings(String folder, int upstream) {
        String base = "http://127.0.0.1:" + upstream;
        return Stream.of("spring.config.location=classpath:/", "spring.profiles.active=", "server.port=0", "server.address=127.0.0.1",
                "tollgate.data-dir=" + folder, "tollgate.routes-dir=" + folder + "/none",
                "TOLLGATE_ADMIN_KEY=" + SECRET, "TOLLGATE_MASTER_KEY=" + SECRET.repeat(2),
                "tollgate.gemini.base-url=" + base + "/gemini",
                "tollgate.xai.base-url=" + base + "/xai", "tollgate.xai.api-key=first-xai-key", "tollgate.xai.daily-limit=100000000",
                "tollgate.keepa.base-url=" + base + "/keepa", "tollgate.keepa.api-key=first-keepa-key",
                "tollgate.keepa.refill-rate=1000000", "tollgate.keepa.calls-per-second=1000000",
                "tollgate.sp-api.base-url=" + base + "/sp-api", "tollgate.sp-api.lwa-url=" + base + "/auth/o2/token",
                "tollgate.sp-api.client-id=first", "tollgate.sp-api.client-secret=first", "tollgate.sp-api.application-rate=1000000",
                "tollgate.sp-api.rates.getListingsRestrictions.calls=1000000",
                "tollgate.sp-api.rates.getListingsRestrictions.burst=1000000").map("--"::concat).toArray(String[]::new);
    }

    private static void call(String origin, int times, ExecutorService threads) throws IOException, InterruptedException, ExecutionException {
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        send(client, Call.json("/admin/tokens", "{\"CompanyID\":\"FIRST\",\"CompanyName\":\"First\",\"ApiKey\":\"first-gemini-key\","
                + "\"Provider\":\"Gemini\",\"TotalTokenLimit\":2000000000000,\"Threshold\":1}").by(origin, SECRET));
        send(client, Call.json("/admin/sellers", "{\"sellerId\":\"A1FIRST\",\"marketplaceIds\":[\"ATVPDKIKX0DER\"],\"refreshToken\":\"Atzr|first\"}")
                .by(origin, SECRET));
        String key = new ObjectMapper().readTree(send(client, Call.json("/admin/keys", "{\"name\":\"first\",\"apis\":[\"gemini\",\"xai\",\"keepa\","
                + "\"sp-api\",\"status\"],\"companyID\":\"FIRST\",\"sellerId\":\"A1FIRST\"}").by(origin, SECRET))).path("key").textValue();
        List<HttpRequest> requests = CALLS.stream().map(call -> call.by(origin, key)).toList();
        for (HttpRequest request : requests) {
            List<Future<?>> callers = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                callers.add(threads.submit(() -> {
                    for (int time = 0; time < times / CALLERS; time++) {
                        send(client, request);
                    }
                    return null;
                }));
            }
            for (Future<?> caller : callers) {
                caller.get();
            }
        }
    }

    private static String send(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IllegalStateException(request.uri() + " answers " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    private static void serve(HttpServer upstreams, String path, String answer) {
        serve(upstreams, path, answer, answer);
    }

    /** @param streamed what is answered to who asks for a stream in the body */
    private static void serve(HttpServer upstreams, String path, String answer, String streamed) {
        upstreams.createContext(path, exchange -> {
            try (exchange) {
                String asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                byte[] bytes = (asked.contains("\"stream\":true") ? streamed : answer).getBytes(StandardCharsets.UTF_8);
                boolean inPieces = bytes[0] == 'd';
                exchange.getResponseHeaders().set("Content-Type", inPieces ? "text/event-stream" : "application/json");
                exchange.sendResponseHeaders(200, inPieces ? 0 : bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
    }
}
