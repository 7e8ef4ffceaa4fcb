package dev.tollgate.gemini;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.apache.camel.test.spring.junit5.UseAdviceWith;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.bean.override.convention.TestBean;

import dev.tollgate.ManualClock;
import dev.tollgate.TollgateApplication;
import dev.tollgate.database.DatabaseHealth;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.ledger.TokenRow;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code routes/gemini/tokens.camel.yaml}: a company's rows, fresh or as they were last known. Everything is real but the
 * one step {@code gemini-token-rows-select}, in whose place stands a database that comes and goes, and the clock. How such
 * a test is made is described at {@link ModelRouteTest}.
 */
@CamelSpringBootTest
@UseAdviceWith
@SpringBootTest(classes = TollgateApplication.class, properties = { "routes=file:routes",
        "camel.main.routes-include-pattern=file:routes/gemini/tokens.camel.yaml,file:routes/shared/errors.camel.yaml",
        "tollgate.ledger.last-known-for=15m", "tollgate.ledger.probe-every=5s", "tollgate.ledger.rows-fresh-for=0s" })
class TokenRowsRouteTest {

    private static final ManualClock time = new ManualClock();
    private static final List<Map<String, Object>> table = new ArrayList<>();
    private static final List<Exchange> asked = new CopyOnWriteArrayList<>();
    private static volatile boolean away;

    @TestBean
    private Clock clock;

    @Autowired
    private CamelContext camel;

    @Autowired
    private ProducerTemplate template;

    @Autowired
    private DatabaseHealth health;

    static Clock clock() {
        return time;
    }

    @DynamicPropertySource
    static void folders(DynamicPropertyRegistry registry) throws IOException {
        String data = Files.createTempDirectory("tollgate-test").toString();
        String empty = Files.createTempDirectory("no-routes").toString();
        registry.add("tollgate.data-dir", () -> data);
        registry.add("tollgate.routes-dir", () -> empty);
    }

    @BeforeEach
    void start() throws Exception {
        if (!camel.isStarted()) {
            AdviceWith.adviceWith(camel, "gemini-token-rows",
                    route -> route.weaveById("gemini-token-rows-select").replace().process(TokenRowsRouteTest::select));
            camel.start();
        }
        time.advance(Duration.ofDays(1)); // what another test has made known is known no more
        health.succeeded();
        asked.clear();
        table.clear();
        away = false;
    }

    @Test
    void rowsAreReadByOneQueryWithTheCompanyBound() {
        table.add(Map.of("TOKENID", 7, "CompanyID", "ACME", "apikey", "key", "Status", "Active", "TotalTokenLimit", 1000,
                "TOTALUSEDTOKENS", 400L));

        List<TokenRow> rows = rows("  ACME ");

        assertThat(rows).singleElement().satisfies(row -> {
            assertThat(row.tokenId()).isEqualTo(7);
            assertThat(row.used()).isEqualTo(400);
            assertThat(row.remaining()).isEqualTo(600);
        });
        assertThat(asked).singleElement().satisfies(query -> {
            assertThat(query.getMessage().getHeader("companyID")).isEqualTo("ACME");
        });
    }

    @Test
    void whatACallerSendsIsNeverPartOfTheQuery() {
        rows("'; DROP TABLE TokenMaster; --");

        assertThat(asked).singleElement().satisfies(query -> assertThat(query.getProperty("sql", String.class))
                .contains("WHERE LOWER(LTRIM(RTRIM(m.CompanyID))) = LOWER(:?companyID)").doesNotContain("DROP"));
    }

    @Test
    void theLastKnownRowsServeWhileTheDatabaseIsAway() {
        table.add(Map.of("TokenID", 7, "Status", "Active"));
        rows("ACME");
        away = true;

        assertThat(rows("ACME")).extracting(TokenRow::tokenId).containsExactly(7L);
        assertThat(rows("ACME")).extracting(TokenRow::tokenId).containsExactly(7L);
        assertThat(asked).as("asked while it was there, and once to find out that it is away").hasSize(2);
    }

    @Test
    void whileItIsAwayOneCallerEveryFewSecondsTriesAgain() {
        table.add(Map.of("TokenID", 7, "Status", "Active"));
        rows("ACME");
        away = true;
        rows("ACME");
        asked.clear();

        time.advance(Duration.ofSeconds(5));
        rows("ACME");
        rows("ACME");
        assertThat(asked).hasSize(1);
    }

    @Test
    void whenItIsBackRowsAreFreshAgain() {
        table.add(Map.of("TokenID", 7, "Status", "Active"));
        rows("ACME");
        away = true;
        rows("ACME");
        away = false;
        table.set(0, Map.of("TokenID", 7, "Status", "Expired"));

        assertThat(rows("ACME")).extracting(TokenRow::status).as("not tried yet").containsExactly("Active");
        time.advance(Duration.ofSeconds(5));
        assertThat(rows("ACME")).extracting(TokenRow::status).containsExactly("Expired");
        assertThat(rows("ACME")).extracting(TokenRow::status).containsExactly("Expired");
        assertThat(health.isAway()).isFalse();
    }

    @Test
    void thatACompanyHasNoRowIsKnownToo() {
        rows("NOBODY");
        away = true;

        assertThat(rows("NOBODY")).isEmpty();
    }

    @Test
    void aCompanyThatIsNotKnownIsToldToComeBack() {
        away = true;

        Refusal refusal = (Refusal) ask("STRANGER").getException();

        assertThat(refusal.getStatus()).isEqualTo(503);
        assertThat(refusal.getRetryAfterSeconds()).isEqualTo(10);
    }

    @Test
    void whatIsKnownForTooLongServesNobody() {
        table.add(Map.of("TokenID", 7, "Status", "Active"));
        rows("ACME");
        away = true;

        time.advance(Duration.ofMinutes(15).minusSeconds(1));
        assertThat(rows("ACME")).hasSize(1);
        time.advance(Duration.ofSeconds(1));
        assertThat(((Refusal) ask("ACME").getException()).getStatus()).isEqualTo(503);
    }

    @Test
    void aReadOfOldRowsDoesNotMakeThemLastLonger() {
        table.add(Map.of("TokenID", 7, "Status", "Active"));
        rows("ACME");
        away = true;

        for (int minute = 0; minute < 14; minute++) {
            time.advance(Duration.ofMinutes(1));
            assertThat(rows("ACME")).hasSize(1);
        }
        time.advance(Duration.ofMinutes(1));
        assertThat(ask("ACME").getException()).isInstanceOf(Refusal.class);
    }

    private static void select(Exchange exchange) throws SQLTransientConnectionException {
        exchange.setProperty("sql", exchange.getMessage().getBody(String.class));
        asked.add(exchange);
        if (away) {
            throw new SQLTransientConnectionException("the database is away");
        }
        exchange.getMessage().setBody(List.copyOf(table));
    }

    private Exchange ask(String company) {
        return template.send("direct:gemini-token-rows", exchange -> exchange.getMessage().setHeader("companyID", company));
    }

    @SuppressWarnings("unchecked")
    private List<TokenRow> rows(String company) {
        Exchange answer = ask(company);
        assertThat(answer.getException()).isNull();
        return answer.getMessage().getBody(List.class);
    }
}
