package dev.tollgate.e2e;

import com.google.genai.Client;
import com.google.genai.types.HttpOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tollgate.e2e.RawHttp.Reply;

import static org.assertj.core.api.Assertions.assertThat;

/** A gateway without an admin key, on loopback: its own machine's programs use it, web pages from elsewhere cannot. */
class LoopbackGatewayTest extends GatewayTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "127.0.0.1:PORT         | -                               | 200",
        "localhost:PORT         | -                               | 200",
        "LOCALHOST:PORT         | -                               | 200",
        "127.8.8.8:PORT         | -                               | 200",
        "[::1]:PORT             | -                               | 200",
        "localhost:PORT         | Origin: http://localhost:PORT   | 200",
        "localhost:PORT         | Sec-Fetch-Site: same-origin     | 200",
        "localhost:PORT         | Sec-Fetch-Site: none            | 200",
        "localhost              | -                               | 403",
        "localhost:1            | -                               | 403",
        "evil.example:PORT      | -                               | 403",
        "localhost.evil.example:PORT | -                          | 403",
        "192.168.1.1:PORT       | -                               | 403",
        "[::2]:PORT             | -                               | 403",
        "localhost:PORT         | Origin: http://evil.example     | 403",
        "localhost:PORT         | Origin: http://localhost:1      | 403",
        "localhost:PORT         | Origin: null                    | 403",
        "localhost:PORT         | Sec-Fetch-Site: cross-site      | 403",
        "localhost:PORT         | Sec-Fetch-Site: same-site       | 403",
        "localhost:PORT         | X-Forwarded-For: 10.1.2.3       | 403",
        "localhost:PORT         | Content-Encoding: gzip          | 415",
    })
    void onlyItsOwnMachineAndItsOwnPagesMayUseIt(String host, String header, int status) {
        Reply reply = new RawHttp(port).send("GET /status HTTP/1.1\r\nHost: " + own(host) + "\r\n"
                + (header == null ? "" : own(header) + "\r\n") + "\r\n");
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    }

    @Test
    void aPageOfAnotherSiteMayBeLeftForTheDashboardAndASellersConsentComesBack() {
        for (String path : new String[] {"/", "/callback", "/actuator/health"}) {
            Reply reply = new RawHttp(port).send("GET " + path + " HTTP/1.1\r\nHost: localhost:" + port
                    + "\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n\r\n");
            assertThat(reply.status()).as(reply.text()).isNotEqualTo(403);
        }
    }

    @Test
    void adminIsOpenToItAndTheAuditSaysWhoItWas() {
        Reply made = new RawHttp(port).send("POST /admin/keys HTTP/1.1\r\nHost: localhost:" + port
                + "\r\nX-Request-Id: by-loopback\r\nContent-Length: 31\r\n\r\n{\"name\":\"x\",\"apis\":[\"gemini\"]}\n");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(database.sql("SELECT Who FROM AdminAudit WHERE RequestID = 'by-loopback'").query(String.class).single())
                .isEqualTo("loopback");
    }

    @Test
    void aGeminiClientThatMustHaveAKeyNamesItsCompanyByIt() {
        company("LOOP", "provider-key-of-loop", "Active");
        try (Client sdk = Client.builder().apiKey("company:LOOP").httpOptions(HttpOptions.builder()
                .baseUrl("http://127.0.0.1:" + port + "/gemini").build()).build()) {
            sdk.models.generateContent("gemini-2.5-flash", "hello", null);
        }
        assertThat(gemini.calls()).extracting(GeminiStub.Call::key).containsExactly("provider-key-of-loop");
        assertThat(database.sql("SELECT l.RequestedBy FROM TokenUsageLogs l JOIN TokenMaster m ON m.TokenID = l.TokenID"
                + " WHERE m.CompanyID = 'LOOP'").query(String.class).list()).containsExactly("loopback");
    }

    private String own(String text) {
        return text.strip().replace("PORT", String.valueOf(port));
    }
}
