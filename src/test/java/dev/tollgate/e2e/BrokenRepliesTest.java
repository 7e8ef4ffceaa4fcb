package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;

import dev.tollgate.StubServer;
import dev.tollgate.TollgateApplication;
import dev.tollgate.disk.Crowd;
import dev.tollgate.e2e.BrokenReply.End;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.Reservations;
import dev.tollgate.ledger.TokenDirectory;
import dev.tollgate.quota.DailyQuota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Every way in which an answer can be broken, at every API: what the caller is told, how often the upstream was asked, what was
 * booked, and that nothing is left behind. Limits are a few seconds, so that a busy machine does not reach them by itself.
 */
@SpringBootTest(classes = TollgateApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Timeout(120)
@DirtiesContext
class BrokenRepliesTest {

    private static final String GEMINI_ANSWER = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"{\\\"order_no\\\":\\\"1\\\"}\"}]},"
            + "\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":10,\"candidatesTokenCount\":5,\"totalTokenCount\":15}}";
    private static final String XAI_ANSWER = "{\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":"
            + "{\"role\":\"assistant\",\"content\":\"{\\\"reasonable\\\":false}\"}}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,"
            + "\"total_tokens\":15}}";
    private static final String KEEPA_ANSWER = "{\"timestamp\":%d,\"tokensLeft\":300000,\"refillIn\":50,\"refillRate\":6000,"
            + "\"tokenFlowReduction\":0.0,\"tokensConsumed\":1,\"processingTimeInMs\":1,\"products\":[]}";
    private static final String TOKEN_ANSWER = "{\"access_token\":\"Atza|%d\",\"token_type\":\"bearer\",\"expires_in\":3600}";
    private static final String SECRET = "TOKEN_OF_A_TEST";

    private static final RawUpstream gemini = new RawUpstream();
    private static final RawUpstream keepa = new RawUpstream();
    private static final RawUpstream xai = new RawUpstream();
    private static final RawUpstream amazon = new RawUpstream();
    private static final RawUpstream tokens = new RawUpstream();
    private static final RawUpstream own = new RawUpstream();
    private static final RawUpstream ownTokens = new RawUpstream();
    private static final List<RawUpstream> ALL = List.of(gemini, keepa, xai, amazon, tokens, own, ownTokens);

    private static final AtomicInteger unique = new AtomicInteger();
    private static final ExecutorService callers = StubServer.daemons("callers");

    @LocalServerPort
    int port;

    JdbcClient database;

    @Autowired
    DailyQuota quota;

    @Autowired
    Reservations reservations;

    private Gateway gateway;

    @Autowired
    void settledDatabase(JdbcClient client, Ledger ledger, TokenDirectory rows) {
        database = SettledDatabase.of(client, ledger, rows);
    }

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        Path folder = Files.createTempDirectory("tollgate-test");
        Path routes = folder.resolve("routes");
        FileSystemUtils.copyRecursively(Path.of("routes"), routes);
        String call = "http-call-action: {url: \"%s\", answerTimeout: 3s}".formatted(own.url());
        Files.writeString(routes.resolve("own.camel.yaml"), OwnRoute.of("own", call)
                + OwnRoute.of("own-kept", "cache-action: {name: own-kept, keepFor: 1h, patience: 60s}", call)
                + OwnRoute.of("own-signed", "oauth-token-action: {name: own-signed, tokenUrl: \"%s/token\", clientId: TOKEN_OF_A_TEST,"
                .formatted(ownTokens.url()) + " clientSecret: TOKEN_OF_A_TEST, tokenTimeout: 3s}", call));
        registry.add("tollgate.routes-dir", routes::toString);
        registry.add("tollgate.data-dir", folder.resolve("data")::toString);
        registry.add("tollgate.retry.max-retries", () -> 1);
        registry.add("tollgate.retry.initial-delay", () -> "5ms");
        registry.add("tollgate.upstream.max-reply-size", () -> "1MB");
        registry.add("tollgate.upstream.stream-timeout", () -> "6s");
        registry.add("tollgate.gemini.base-url", gemini::url);
        registry.add("tollgate.gemini.response-timeout", () -> "3s");
        registry.add("tollgate.gemini.dropin-timeout", () -> "3s");
        registry.add("tollgate.keepa.base-url", keepa::url);
        registry.add("tollgate.keepa.api-key", () -> "key-of-keepa-in-a-test");
        registry.add("tollgate.keepa.refill-rate", () -> 6000);
        registry.add("tollgate.keepa.tick", () -> "100ms");
        registry.add("tollgate.keepa.response-timeout", () -> "3s");
        registry.add("tollgate.xai.base-url", xai::url);
        registry.add("XAI_API_KEY", () -> "xai-key-in-a-test");
        registry.add("tollgate.xai.call-timeout", () -> "3s");
        registry.add("tollgate.xai.dropin-timeout", () -> "3s");
        registry.add("tollgate.sp-api.base-url", amazon::url);
        registry.add("tollgate.sp-api.lwa-url", () -> tokens.url() + "/auth/o2/token");
        registry.add("tollgate.sp-api.client-id", () -> "amzn1.application-oa2-client.test");
        registry.add("tollgate.sp-api.client-secret", () -> "amzn1.oa2-cs.v1.test");
        registry.add("tollgate.sp-api.response-timeout", () -> "3s");
        registry.add("tollgate.sp-api.token-timeout", () -> "3s");
        registry.add("tollgate.sp-api.token-patience", () -> "0s");
        registry.add("tollgate.sp-api.max-wait", () -> "100s");
        registry.add("tollgate.sp-api.renewal-cron", () -> "0 0 0 1 1 ? 2090");
        registry.add(SECRET, () -> "secret-in-a-test");
        for (String breaker : List.of("gemini", "xai")) {
            registry.add("tollgate." + breaker + ".breaker.minimum-calls", () -> 1000);
            registry.add("tollgate." + breaker + ".breaker.window", () -> 1000);
        }
        GatewayTest.patient(registry);
    }

    @BeforeEach
    void healthy() {
        gateway = new Gateway(port);
        gemini.reset((line, target) -> whole(line, GEMINI_ANSWER));
        keepa.reset((line, target) -> whole(line, KEEPA_ANSWER.formatted(System.currentTimeMillis())));
        xai.reset((line, target) -> whole(line, XAI_ANSWER));
        amazon.reset((line, target) -> whole(line, "{\"restrictions\":[]}"));
        tokens.reset((line, target) -> whole(line, TOKEN_ANSWER.formatted(unique.incrementAndGet())));
        own.reset((line, target) -> whole(line, "{\"n\":1}"));
        ownTokens.reset((line, target) -> whole(line, TOKEN_ANSWER.formatted(unique.incrementAndGet())));
    }

    @AfterAll
    static void close() throws IOException {
        callers.shutdownNow();
        for (RawUpstream upstream : ALL) {
            upstream.close();
        }
    }

    private static void whole(RawUpstream.Line line, String body) throws IOException {
        line.write(BrokenReply.head(body.length())).write(body);
    }

    /** What a kind of broken answer leads to at one API. */
    private record Cell(Answer answer, int hits) {
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenAnswerIsAFailureOfTheUpstreamAndLeavesNothingBehind(BrokenReply kind) {
        boolean served = kind.end() == End.SERVED;
        int failure = kind.end() == End.LATE ? 504 : 502;

        CompletableFuture<Void> geminis = aside(() -> {
            long extracts = company("EXTRACT-" + kind);
            Cell extract = broken(gemini, kind, GEMINI_ANSWER, () -> gateway.extract("EXTRACT-" + kind));
            assertThat(extract.answer().status()).as("/extract").isEqualTo(served ? 200 : 502);
            assertThat(extract.hits()).as("/extract repeats once").isEqualTo(served ? 1 : 2);
            booked("EXTRACT-" + kind, extracts, served ? 30 : kind.saysAll() ? 30 : 0);

            long dropIns = company("DROPIN-" + kind);
            Cell dropIn = broken(gemini, kind, GEMINI_ANSWER, () -> post("/gemini/v1beta/models/x:generateContent", "{}",
                    "X-Company-Id", "DROPIN-" + kind));
            assertThat(dropIn.answer().status()).as("/gemini").isEqualTo(served ? 200 : failure);
            assertThat(dropIn.hits()).as("/gemini").isOne();
            booked("DROPIN-" + kind, dropIns, served ? 30 : kind.saysAll() ? 15 : 0);
        });
        CompletableFuture<Void> keepas = aside(() -> {
            Cell product = broken(keepa, kind, KEEPA_ANSWER.formatted(System.currentTimeMillis()),
                    () -> gateway.get("/keepa/product?domain=1&asin=B000000001"));
            assertThat(product.answer().status()).as("/keepa").isEqualTo(served ? 200 : 500);
            assertThat(product.hits()).as("/keepa").isOne();
        });
        CompletableFuture<Void> xais = aside(() -> {
            int before = quota.view().callsToday();
            Cell judge = broken(xai, kind, XAI_ANSWER, () -> judge(kind.name()));
            assertThat(judge.answer().status()).as("/judge").isEqualTo(200);
            assertThat(judge.answer().json().path("source").asText()).as("/judge").isEqualTo(served ? "api" : "fallback");
            assertThat(judge.hits()).as("/judge").isOne();

            Cell learn = broken(xai, kind, XAI_ANSWER, () -> post("/learn", "{\"text\":\"why?\"}"));
            assertThat(learn.answer().status()).as("/learn").isEqualTo(served ? 200 : failure);
            assertThat(learn.hits()).as("/learn").isOne();

            Cell dropIn = broken(xai, kind, XAI_ANSWER, () -> post("/xai/v1/chat/completions", "{\"model\":\"grok\"}"));
            assertThat(dropIn.answer().status()).as("/xai/v1").isEqualTo(served ? 200 : failure);
            assertThat(dropIn.hits()).as("/xai/v1").isOne();
            assertThat(quota.view().callsToday() - before).as("what left is counted").isEqualTo(served ? 3 : 2);
        });
        CompletableFuture<Void> amazons = aside(() -> {
            String seller = "A1" + kind.ordinal();
            connect(seller);
            Cell call = broken(amazon, kind, "{\"restrictions\":[]}", () -> restrictions(seller));
            assertThat(call.answer().status()).as("/sp-api").isEqualTo(served ? 200 : failure);
            assertThat(call.hits()).as("/sp-api repeats a call that only reads twice").isEqualTo(served ? 1 : 3);

            connect(seller + "T");
            Cell token = broken(tokens, kind, TOKEN_ANSWER.formatted(unique.incrementAndGet()), () -> restrictions(seller + "T"));
            assertThat(token.answer().status()).as("token endpoint").isEqualTo(served ? 200 : 503);
            assertThat(token.hits()).as("token endpoint").isOne();
        });
        CompletableFuture<Void> owns = aside(() -> {
            Cell call = broken(own, kind, "{\"n\":1}", () -> gateway.get("/own"));
            assertThat(call.answer().status()).as("http-call-action").isEqualTo(served ? 200 : failure);
            assertThat(call.hits()).as("http-call-action").isOne();
        });
        CompletableFuture.allOf(geminis, keepas, xais, amazons, owns).join();
    }

    private static CompletableFuture<Void> aside(Runnable work) {
        return CompletableFuture.runAsync(work, callers);
    }

    /** One call whose answers are broken, and then a healthy one on whatever connection is left. */
    private Cell broken(RawUpstream upstream, BrokenReply kind, String body, Supplier<Answer> call) {
        upstream.reset((line, target) -> {
            if (target.startsWith("/token")) {
                whole(line, body); // the gateway asks Keepa for the balance by itself
            } else {
                kind.send(line, body);
            }
        });
        Answer answer = call.get();
        int hits = upstream.hits();
        if (kind.end() != End.SERVED) {
            await(kind + " leaves no connection").untilAsserted(() -> assertThat(upstream.open()).isZero());
        }
        upstream.reset((line, target) -> whole(line, body));
        if (kind.end() == End.SERVED) {
            assertThat(answer.text()).doesNotContain("POISONED");
            Answer next = call.get();
            assertThat(next.status()).as("the next call").isEqualTo(answer.status());
            assertThat(next.text()).as("the next call").doesNotContain("POISONED");
        }
        return new Cell(answer, hits);
    }

    /** Reserved is nothing any more, and booked what answers said, also those that broke off behind their last word. */
    private void booked(String company, long tokenId, long said) {
        long tokensBooked = new Books(database).entries(company).stream().mapToLong(Books.Entry::tokens).sum();
        assertThat(tokensBooked).as("booked").isEqualTo(said);
        await("the reservation is free").until(() -> reservations.hasRoom(tokenId, tokensBooked, tokensBooked + 1));
    }

    @Test
    void equalQuestionsWaitForTheOneThatDripsAndNoneOfThemIsSent() throws Exception {
        xai.reset((line, target) -> BrokenReply.DRIPPING_BODY.send(line, XAI_ANSWER));
        own.reset((line, target) -> BrokenReply.DRIPPING_CHUNKS.send(line, ""));
        tokens.reset((line, target) -> BrokenReply.DRIPPING_HEAD.send(line, ""));
        ownTokens.reset((line, target) -> BrokenReply.DRIPPING_BODY.send(line, TOKEN_ANSWER));
        connect("A1EQUAL");

        List<Answer> answers = Crowd.of(32, n -> () -> switch (n % 4) {
            case 0 -> judge("dripping");
            case 1 -> gateway.get("/own-kept?q=dripping");
            case 2 -> restrictions("A1EQUAL");
            default -> gateway.get("/own-signed");
        });

        assertThat(answers).extracting(Answer::status).containsOnly(200, 503, 504);
        assertThat(xai.hits()).as("/judge").isOne();
        assertThat(own.hits()).as("cache-action").isOne();
        assertThat(tokens.hits()).as("access token").isOne();
        assertThat(ownTokens.hits()).as("oauth-token-action").isOne();
        await("no connection is left").untilAsserted(() -> assertThat(ALL).extracting(RawUpstream::open).containsOnly(0));
    }

    @Test
    void aStreamEndsWhenItsNextPieceDoesNotComeOrWhenItHasLastedForTooLong() {
        company("STREAM");
        String events = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
        for (RawUpstream upstream : List.of(gemini, xai)) {
            upstream.reset((line, target) -> {
                line.write(events).write(BrokenReply.chunk("data: {}\n\n"));
                if (target.contains("busy") || upstream.hits() == 2) {
                    line.forEver(BrokenReply.chunk(": busy\n\n"), 20);
                } else {
                    line.silence();
                }
            });
        }

        CompletableFuture<Void> geminis = aside(() -> {
            endsEarly("/gemini/v1beta/models/quiet:streamGenerateContent?alt=sse");
            endsEarly("/gemini/v1beta/models/busy:streamGenerateContent?alt=sse");
        });
        CompletableFuture<Void> xais = aside(() -> {
            endsEarly("/xai/v1/chat/completions");
            endsEarly("/xai/v1/chat/completions");
        });

        CompletableFuture.allOf(geminis, xais).join();
        assertThat(List.of(gemini.hits(), xai.hits())).containsOnly(2);
        await("no connection is left").untilAsserted(() -> assertThat(List.of(gemini.open(), xai.open())).containsOnly(0));
        assertThat(new Books(database).entries("STREAM")).as("a stream that broke off before its first count costs nothing").isEmpty();
        await("and is on record").untilAsserted(() -> assertThat(database.sql("SELECT COUNT(*) FROM RetryAttempts WHERE CompanyID = 'STREAM'")
                .query(Integer.class).single()).isEqualTo(2));
    }

    /** The caller has the beginning and then no end. */
    private void endsEarly(String path) {
        RawHttp.Reply reply = new RawHttp(port).send("POST " + path + " HTTP/1.1\r\nHost: localhost:" + port
                + "\r\nX-Company-Id: STREAM\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"stream\":true}");
        assertThat(reply.status()).as(path).isEqualTo(200);
        assertThat(reply.text()).as(path).contains("data: {}").doesNotEndWith("\r\n0\r\n\r\n");
    }

    private long company(String company) {
        new Books(database).company(company, "key-of-" + company);
        return database.sql("SELECT MAX(TokenID) FROM TokenMaster WHERE CompanyID = ?").param(company).query(Long.class).single();
    }

    private void connect(String seller) {
        assertThat(post("/admin/sellers", "{\"sellerId\":\"" + seller + "\",\"marketplaceIds\":[\"ATVPDKIKX0DER\"],"
                + "\"refreshToken\":\"Atzr|" + seller + "-refresh\"}").status()).isEqualTo(201);
    }

    private Answer restrictions(String seller) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri("/sp-api/listings/2021-08-01/restrictions?asin=B000000001&sellerId="
                + seller + "&marketplaceIds=ATVPDKIKX0DER")).header("X-Seller-Id", seller).timeout(Duration.ofMinutes(1)));
    }

    private Answer judge(String title) {
        return post("/judge", "{\"title\":\"" + title + "\",\"category\":\"Book\",\"season\":\"Fall\",\"price\":1}");
    }

    private Answer post(String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.uri(path)).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        Map<String, String> more = headers.length == 0 ? Map.of() : Map.of(headers[0], headers[1]);
        more.forEach(request::header);
        return gateway.send(request);
    }
}
