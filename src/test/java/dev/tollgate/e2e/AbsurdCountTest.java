package dev.tollgate.e2e;

import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tollgate.LogLines;
import dev.tollgate.e2e.GeminiStub.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A number of tokens that cannot be true is booked within bounds and told, and the company goes on. */
class AbsurdCountTest extends GatewayTest {

    private static final long LIMIT = 1_000_000;

    @AutoClose
    private LogLines log;

    /** Not before the gateway has started, which sets up the log. */
    @BeforeEach
    void listen() {
        log = new LogLines("dev.tollgate.gemini");
    }

    @ParameterizedTest
    @MethodSource("dev.tollgate.AbsurdNumbers#json")
    void anAbsurdCountIsBookedOnceToldOnceAndShutsNobodyOut(String absurd) {
        String company = "ABSURD-" + UUID.randomUUID().toString().substring(0, 8);
        long token = company(company, "key-" + company, "Active", LIMIT);
        gemini.script((call, number) -> new Reply(200, GeminiStub.ok(10, 20).body().replaceAll(
                "\"usageMetadata\":\\{[^}]*}", "\"usageMetadata\":{\"totalTokenCount\":" + absurd + "}"), null));

        assertThat(gateway.extract(company, "absurd-" + company).status()).isEqualTo(200);

        await().until(() -> booked(token), rows -> !rows.isEmpty());
        assertThat(booked(token)).hasSize(1).allSatisfy(tokens -> assertThat(tokens).isBetween(1L, LIMIT / 10));
        new Books(database).summaryAgrees(company);
        assertThat(log.containing("WARN", "cannot be true")).hasSize(1).first().asString().contains(company, "absurd-" + company);

        gemini.script((call, number) -> GeminiStub.ok(10, 20));
        assertThat(gateway.extract(company).status()).as("the next call is served").isEqualTo(200);
        assertThat(gateway.get("/status/reconcile").json().path("drift").asLong()).isZero();
    }

    private List<Long> booked(long token) {
        return database.sql("SELECT TotalTokensUsed FROM TokenUsageLogs WHERE TokenID = ?").param(token).query(Long.class).list();
    }
}
