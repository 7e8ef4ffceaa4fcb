package dev.tollgate.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;

import dev.tollgate.TollgateApplication;
import dev.tollgate.keepa.KeepaBalance;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.Reservations;
import dev.tollgate.ledger.TokenDirectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Callers who disconnect while their call is with an upstream that says nothing. No time limit of the gateway is near, so
 * whatever ends here ends because the caller left.
 */
@SpringBootTest(classes = TollgateApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class CallerLeavesTest {

    private static final String GEMINI_ANSWER = """
            {"candidates":[{"content":{"parts":[{"text":"{}"}]},"finishReason":"STOP"}],
             "usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":20,"totalTokenCount":30}}""";
    private static final String KEEPA_ANSWER = "{\"timestamp\":%d,\"tokensLeft\":5000,\"refillIn\":100,\"refillRate\":6000,"
            + "\"tokenFlowReduction\":0.0,\"tokensConsumed\":1,\"processingTimeInMs\":1}";

    private static final RawUpstream gemini = new RawUpstream();
    private static final RawUpstream keepa = new RawUpstream();
    private static final RawUpstream xai = new RawUpstream();
    private static final RawUpstream amazon = new RawUpstream();
    private static final RawUpstream tokens = new RawUpstream();
    private static final RawUpstream own = new RawUpstream();
    private static final List<RawUpstream> ALL = List.of(gemini, keepa, xai, amazon, tokens, own);

    @LocalServerPort
    int port;

    JdbcClient database;

    @Autowired
    Reservations reservations;

    @Autowired
    KeepaBalance balance;

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
        Files.writeString(routes.resolve("own.camel.yaml"), OwnRoute.of("own", "concurrency-action: {name: own, atOnce: 1}",
                "retry-action: {name: own, initialDelay: 1ms, maxDelay: 5ms}", "http-call-action: {url: \"%s\", answerTimeout: 10m}".formatted(own.url())));
        registry.add("tollgate.routes-dir", routes::toString);
        registry.add("tollgate.data-dir", folder.resolve("data")::toString);
        registry.add("tollgate.retry.initial-delay", () -> "5ms");
        registry.add("tollgate.gemini.base-url", gemini::url);
        registry.add("tollgate.gemini.response-timeout", () -> "10m");
        registry.add("tollgate.keepa.base-url", keepa::url);
        registry.add("tollgate.keepa.api-key", () -> "key-of-keepa-in-a-test");
        registry.add("tollgate.keepa.refill-rate", () -> 6000);
        registry.add("tollgate.keepa.tick", () -> "100ms");
        registry.add("tollgate.keepa.response-timeout", () -> "10m");
        registry.add("tollgate.keepa.lease", () -> "20m");
        registry.add("tollgate.xai.base-url", xai::url);
        registry.add("XAI_API_KEY", () -> "xai-key-in-a-test");
        registry.add("tollgate.sp-api.base-url", amazon::url);
        registry.add("tollgate.sp-api.lwa-url", () -> tokens.url() + "/auth/o2/token");
        registry.add("tollgate.sp-api.client-id", () -> "amzn1.application-oa2-client.test");
        registry.add("tollgate.sp-api.client-secret", () -> "amzn1.oa2-cs.v1.test");
        registry.add("tollgate.sp-api.response-timeout", () -> "10m");
        registry.add("tollgate.sp-api.renewal-cron", () -> "0 0 0 1 1 ? 2090");
        GatewayTest.patient(registry);
    }

    @BeforeEach
    void everybodyIsSilent() {
        gateway = new Gateway(port);
        List.of(gemini, xai, amazon, own).forEach(upstream -> upstream.reset((line, target) -> line.silence()));
        keepa.reset((line, target) -> {
            if (target.startsWith("/token")) {
                whole(line, KEEPA_ANSWER.formatted(System.currentTimeMillis()));
            } else {
                line.silence();
            }
        });
        tokens.reset((line, target) -> whole(line, "{\"access_token\":\"Atza|of-a-test\",\"token_type\":\"bearer\",\"expires_in\":3600}"));
    }

    @AfterAll
    static void close() throws IOException {
        for (RawUpstream upstream : ALL) {
            upstream.close();
        }
    }

    @Test
    void aCallOfGeminisClientEndsAndAnotherCallerOfTheCompanyPasses() throws Exception {
        long token = company("LEAVES", 3000);

        leaves(gemini, "POST", "/gemini/v1beta/models/x:generateContent", "{}".getBytes(), "X-Company-Id: LEAVES",
                "Content-Type: application/json");

        assertThat(gemini.hits()).isOne();
        await("the reservation is free").until(() -> reservations.reserved(token) == 0);
        gemini.reset((line, target) -> whole(line, GEMINI_ANSWER));
        assertThat(gateway.send(HttpRequest.newBuilder(gateway.uri("/gemini/v1beta/models/x:generateContent"))
                .header("X-Company-Id", "LEAVES").POST(BodyPublishers.ofString("{}"))).status()).isEqualTo(200);
    }

    @Test
    void anInvoiceIsNotTriedAgainForACallerWhoHasGone() throws Exception {
        long token = company("LEAVES-INVOICE", 1_000_000);

        leaves(gemini, "POST", "/extract", invoice("LEAVES-INVOICE"), "Content-Type: multipart/form-data; boundary=b");

        await("the reservation is free").until(() -> reservations.reserved(token) == 0);
        assertThat(gemini.hits()).as("no further attempt").isOne();
    }

    @Test
    void aCallToKeepaEndsAndItsTokensStayReservedBecauseItMayHaveBeenServed() throws Exception {
        leaves(keepa, "GET", "/keepa/product?domain=1&asin=B000000001", null);

        await("it waits in no queue").until(() -> balance.queue().waiting() == 0);
        assertThat(balance.state().inFlight()).allSatisfy(call -> assertThat(call.lostAt()).isPositive());
    }

    @Test
    void aCallOfXaisClientEndsAndIsNotRepeated() throws Exception {
        leaves(xai, "POST", "/xai/v1/chat/completions", "{\"model\":\"grok\"}".getBytes(), "Content-Type: application/json");

        assertThat(xai.hits()).isOne();
    }

    @Test
    void aCallToAmazonEndsAndIsNotRepeated() throws Exception {
        assertThat(gateway.send(HttpRequest.newBuilder(gateway.uri("/admin/sellers")).header("Content-Type", "application/json").POST(BodyPublishers.ofString(
                "{\"sellerId\":\"A1LEAVES\",\"marketplaceIds\":[\"ATVPDKIKX0DER\"],\"refreshToken\":\"Atzr|leaves-refresh\"}")))
                .status()).isEqualTo(201);

        leaves(amazon, "GET", "/sp-api/listings/2021-08-01/restrictions?asin=B000000001&sellerId=A1LEAVES"
                + "&marketplaceIds=ATVPDKIKX0DER", null, "X-Seller-Id: A1LEAVES");

        assertThat(amazon.hits()).isOne();
    }

    @Test
    void aCallToAnOwnApiEndsIsNotRepeatedAndLeavesItsPlaceToTheNext() throws Exception {
        leaves(own, "GET", "/own/a", null);

        assertThat(own.hits()).isOne();
        own.reset((line, target) -> whole(line, "{}"));
        await("its place is free").untilAsserted(() -> assertThat(gateway.get("/own/b").status()).isEqualTo(200));
    }

    /** Calls, waits until the upstream has the call, leaves, and waits until the upstream's connection is closed. */
    private void leaves(RawUpstream upstream, String method, String target, byte[] body, String... headers) throws IOException {
        try (Wire caller = Wire.open(port, method, target, body, headers)) {
            await("the call is with the upstream").until(() -> upstream.open() == 1);
        }
        await("the upstream's connection is closed").until(() -> upstream.open() == 0);
    }

    private static void whole(RawUpstream.Line line, String body) throws IOException {
        line.write(BrokenReply.head(body.length())).write(body);
    }

    private long company(String company, long limit) {
        new Books(database).company(company, "key-of-" + company);
        database.sql("UPDATE TokenMaster SET TotalTokenLimit = ? WHERE CompanyID = ?").params(limit, company).update();
        return database.sql("SELECT MAX(TokenID) FROM TokenMaster WHERE CompanyID = ?").param(company).query(Long.class).single();
    }

    private static byte[] invoice(String company) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (String[] field : new String[][] {{"companyID", company}, {"username", "a person"}}) {
            body.writeBytes(("--b\r\nContent-Disposition: form-data; name=\"" + field[0] + "\"\r\n\r\n" + field[1] + "\r\n")
                    .getBytes(StandardCharsets.UTF_8));
        }
        body.writeBytes("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"i.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4 \r\n--b--\r\n"
                .getBytes(StandardCharsets.UTF_8));
        return body.toByteArray();
    }
}
