package dev.tollgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;

import dev.tollgate.disk.HeldFiles;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.e2e.GeminiStub.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A gateway that loses the place of its books while a caller is between two attempts: who was admitted is seen through and
 * booked, and nobody new is paid for. A file of the data folder that is taken away stands for every such loss.
 */
class UnbookableTest extends OwnRoutesTest {

    private static final ApiStub api = new ApiStub();

    private Path data;
    private Path held;

    @BeforeEach
    void holdAFile(@Value("${tollgate.data-dir}") Path dataDir) throws IOException {
        data = dataDir.toAbsolutePath().normalize();
        held = Files.createTempFile(data, "held", ".test");
        HeldFiles.hold(held);
    }

    @AfterEach
    void letItGo() {
        HeldFiles.release(held);
    }

    @Test
    void anInvoiceWhoseFirstAttemptFailedIsReadAndBookedAndNoOtherLeaves() {
        long token = company("SEEN-THROUGH", "key-seen", "Active");
        gemini.script((call, number) -> {
            if (number == 1) {
                loseTheBooks();
                return Reply.status(503, "UNAVAILABLE");
            }
            return GeminiStub.ok(300, 40);
        });

        Answer seenThrough = gateway.extract("SEEN-THROUGH", "seen-through");
        Answer next = gateway.extract("SEEN-THROUGH", "too-late");

        assertThat(seenThrough.status()).as(seenThrough.text()).isEqualTo(200);
        assertRefused(next);
        assertThat(gemini.hits()).as("the second call never leaves").isEqualTo(2);
        HeldFiles.release(held);
        assertThat(used(token)).isEqualTo(340);
    }

    @Test
    void soIsACallOfAnOwnApi() throws IOException {
        long token = company("SEEN-OWN", "none", "Active");
        assertThat(save("seen.camel.yaml", OwnRoute.extra("seen", "retry-action: {name: seen, maxRetries: 1, initialDelay: 1ms, failureRate: 0}",
                "budget-action: {name: seen, provider: Gemini, estimate: 20}", "http-call-action: {url: \"%s\"}".formatted(api.url())))).isEmpty();
        api.reset((call, number) -> {
            if (number == 1) {
                loseTheBooks();
                return new ApiStub.Reply(503, "{}", Map.of());
            }
            return ApiStub.Reply.ok("{}");
        });

        Answer seenThrough = own();
        Answer next = own();

        assertThat(seenThrough.status()).as(seenThrough.text()).isEqualTo(200);
        assertRefused(next);
        assertThat(api.calls()).as("the second call never leaves").hasSize(2);
        HeldFiles.release(held);
        assertThat(used(token)).isEqualTo(20);
    }

    private static void assertRefused(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(503);
        assertThat(Long.parseLong(answer.header("Retry-After"))).isPositive();
    }

    private void loseTheBooks() {
        try {
            Files.delete(held);
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await().until(() -> HeldFiles.isLostBelow(data));
    }

    private Answer own() {
        return gateway.send(HttpRequest.newBuilder(gateway.uri("/seen")).header("X-Company-Id", "SEEN-OWN").GET());
    }

    private long used(long token) {
        gateway.get("/status/reconcile"); // which waits until what was booked is in the database
        return database.sql("SELECT TotalUsedTokens FROM TokenUsageSummary WHERE TokenID = ?").param(token).query(Long.class).single();
    }
}
