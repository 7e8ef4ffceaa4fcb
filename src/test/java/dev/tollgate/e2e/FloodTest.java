package dev.tollgate.e2e;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What callers without a key can make the gateway write: a few lines and rows with a count, however often they come. */
@TestPropertySource(properties = {"tollgate.keys.failures=50", "tollgate.logging.repeat-interval=5s", "tollgate.sp-api.client-id=id",
    "tollgate.sp-api.client-secret=secret-of-this-test", "tollgate.sp-api.application-id=app"})
class FloodTest extends KeyTest {

    private static final int FLOOD = 100;

    @Test
    void whateverAnAnonymousCallerRepeatsIsALineAnIntervalWithItsCount() {
        long before = lines();
        for (String path : List.of("/callback?state=x", "/webjars/none", "/webjars/none-", "/auth/o2/token", "/nothing", "/extract%2F",
                "/actuator/health/none", "/status;x", "/docs/none", "/a/../b")) {
            IntStream.range(0, FLOOD).forEach(n -> call("GET", path.endsWith("-") ? path + n : path, null, null));
            IntStream.range(0, 20).forEach(n -> call("POST", path, null, "{\"n\":" + n));
        }
        RawHttp raw = new RawHttp(port);
        for (String wrong : List.of("GET / HTTP/9.9\r\n\r\n", "\u0016\u0003\u0001\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "POST /callback HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "GET /callback?state=x HTTP/1.1\r\nHost: evil\r\nCookie: \u0001=\u0002;;;\r\n\r\n")) {
            IntStream.range(0, 50).forEach(n -> raw.send(wrong));
        }
        await().untilAsserted(() -> assertThat(messages()).anyMatch(text -> text.contains("more lines like this one were left out")
                && text.contains("A callback was refused")));
        // Each kind of line once an interval of five seconds, and its count; the flood takes a few of those.
        Map<String, Long> perKind = kinds();
        assertThat(perKind.values()).as(perKind.toString()).allMatch(count -> count <= 40);
        assertThat(lines() - before).as(perKind.toString()).isLessThan(200);
    }

    @Test
    void refusedAdminAttemptsAreInTheAuditAndAFloodOfThemIsAFewRows() {
        String narrow = keyFor("\"gemini\"", null);
        assertThat(call("GET", "/admin/keys", narrow, null).status()).isEqualTo(403);
        Answer none = call("DELETE", "/admin/keys/1", null, null);
        assertThat(none.status()).isEqualTo(401);
        assertThat(call("GET", "/%61dmin/tokens;a=b", null, null).status()).isEqualTo(401);
        for (int i = 0; i < 300; i++) {
            call("GET", "/admin/keys", "wrong-" + i, null);
        }
        List<Map<String, Object>> rows = database.sql("SELECT Who, Target, Detail, RequestID FROM AdminAudit WHERE Action = 'admin.refused'"
                + " ORDER BY AuditID").query().listOfRows();
        assertThat(rows).hasSizeBetween(5, 14); // 403, three of 401, 429; their counts, should a minute end
        assertThat(rows).anySatisfy(row -> assertThat(row.toString()).contains("test", "GET /admin/keys", "403 from 127.0.0.1"));
        assertThat(rows).anySatisfy(row -> assertThat(row.toString()).contains("nobody", "DELETE /admin/keys/1", "401 from 127.0.0.1",
                none.header("X-Request-Id")));
        assertThat(rows).anySatisfy(row -> assertThat(row.toString()).contains("429 from 127.0.0.1"));
        assertThat(rows.toString()).doesNotContain("wrong-", narrow);
    }

    private long lines() {
        return database.sql("SELECT COUNT(*) FROM ApplicationLogs").query(Long.class).single();
    }

    private List<String> messages() {
        return database.sql("SELECT Message FROM ApplicationLogs").query(String.class).list();
    }

    private Map<String, Long> kinds() {
        return database.sql("SELECT Logger, LogLevel, COUNT(*) AS Lines FROM ApplicationLogs GROUP BY Logger, LogLevel").query().listOfRows().stream()
                .filter(row -> !row.get("LogLevel").equals("INFO") || !row.get("Logger").toString().contains("start"))
                .collect(Collectors.toMap(row -> row.get("Logger") + " " + row.get("LogLevel"), row -> ((Number) row.get("Lines")).longValue()));
    }
}
