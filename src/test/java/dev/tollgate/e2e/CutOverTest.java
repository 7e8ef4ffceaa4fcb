package dev.tollgate.e2e;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import dev.tollgate.TollgateApplication;
import dev.tollgate.database.OldDeployment;
import dev.tollgate.database.OldDeployment.Shape;
import dev.tollgate.database.Providers;
import dev.tollgate.database.TestDatabases.Engine;

import static org.assertj.core.api.Assertions.assertThat;

/** From the old tables to the gateway and back to the old program, as docs/adopting.md says. */
class CutOverTest {

    @TempDir
    Path folder;
    @AutoClose
    private final GeminiStub gemini = new GeminiStub();
    private OldDeployment old;

    @ParameterizedTest
    @EnumSource(Shape.class)
    void overToTheGatewayBackToTheOldProgramAndOverAgain(Shape shape) throws Exception {
        old = new OldDeployment(Engine.POSTGRESQL, shape, 42);
        Files.writeString(folder.resolve("appSetting.txt"), "GEMINI_API_KEY=AIzaSyKeyOfTheHouse\n");
        OldDeployment.Token paying = old.tokens.get(old.tokens.size() - 1);
        String company = paying.company();
        long before = oldProgramSees(company).used();

        try (ConfigurableApplicationContext context = start()) {
            Gateway gateway = gateway(context);
            JsonNode report = gateway.get("/status/adoption").json();
            assertThat(report.path("adopted").asBoolean()).isTrue();
            assertThat(report.path("notWidened")).isEmpty();
            everyCompanyIsToldWhatItsRowSays(gateway);
            long first = paying.summaries().size() == 1 ? before : paying.logged();
            for (int i = 0; i < 5; i++) { // however the caller spells its company
                assertThat(gateway.extract(i % 2 == 0 ? company : " " + company.toLowerCase() + " ", "cut-over-" + i).status()).isEqualTo(200);
            }
            assertThat(gateway.extract("A-COMPANY-OF-NOBODY", "by-the-house").status()).isEqualTo(200);
            assertThat(gemini.calls()).extracting(GeminiStub.Call::key).containsExactly(keys(5, "key-" + (old.tokens.size() - 1), "AIzaSyKeyOfTheHouse"));
            assertThat(gateway.extract(ofAnotherProvider()).status()).as("it has a row, so the house does not pay").isEqualTo(404);
            assertThat(oldProgramSees(company).used()).isEqualTo(first + 600);
            assertThat(gateway.get("/status/reconcile").json().path("drift").asLong()).isZero();
            assertThat(gateway.request("PATCH", "/admin/tokens/" + paying.id(), "application/json",
                    "{\"TotalTokenLimit\":1000000000000}".getBytes()).status()).as("past what INT holds").isEqualTo(200);
            before = first + 600;
        }

        Seen back = oldProgramSees(company);
        assertThat(back.key()).as("plain, as it was").isEqualTo("key-" + (old.tokens.size() - 1));
        oldProgramBooks(paying.id(), 40);
        oldProgramBooks(paying.id(), 2);

        try (ConfigurableApplicationContext context = start()) {
            Gateway gateway = gateway(context);
            assertThat(gateway.get("/token/summary?companyID=" + company).json().path("used_tokens").asLong()).isEqualTo(before + 42);
            assertThat(gateway.extract(company).status()).isEqualTo(200);
            assertThat(oldProgramSees(company).used()).isEqualTo(before + 42 + 120);
            assertThat(gateway.get("/status/reconcile").json().path("drift").asLong()).isZero();
        }
        assertThat(old.number("SELECT COUNT(*) FROM " + old.tables.usageLogs() + " WHERE CallID IS NOT NULL")).isEqualTo(gemini.hits());
    }

    /** The old program's words, for every odd provider and state. */
    private void everyCompanyIsToldWhatItsRowSays(Gateway gateway) {
        old.tokens.stream().filter(token -> token.company() != null).forEach(token -> {
            String status = token.status() == null ? "" : token.status().strip().toLowerCase();
            String expected = !Providers.isGemini(token.provider()) ? "No active token found for your company. Please contact support."
                    : status.equals("active") || status.equals("belowthreshold") ? "Token is active."
                    : status.equals("expired") ? "Your AI token has expired. Please renew your subscription."
                    : "Your AI token is no longer available or has been disabled. Please contact support.";
            String company = URLEncoder.encode(token.company().strip().toUpperCase(), StandardCharsets.UTF_8);
            assertThat(gateway.get("/token/status?companyID=" + company).message()).as(token.toString()).isEqualTo(expected);
        });
    }

    private record Seen(String key, long used) {
    }

    /** As it looks a key up: by company and Status, and never by Provider. */
    private Seen oldProgramSees(String company) {
        Map<String, Object> row = old.sql.queryForMap("SELECT m.TokenID, m.ApiKey FROM " + old.tables.tokenMaster()
                + " m WHERE CompanyID = ? AND Status = 'Active'", company);
        Long used = old.sql.queryForList("SELECT TotalUsedTokens FROM " + old.tables.usageSummary() + " WHERE TokenID = ?", Long.class,
                row.get("TokenID")).get(0);
        return new Seen((String) row.get("ApiKey"), used);
    }

    private void oldProgramBooks(long token, int tokens) {
        old.sql.update("INSERT INTO " + old.tables.usageLogs() + " (TokenID, TotalTokensUsed) VALUES (?, ?)", token, tokens);
        Long summary = old.sql.queryForObject("SELECT SummaryID FROM " + old.tables.usageSummary() + " WHERE TokenID = ?", Long.class, token);
        old.sql.update("UPDATE " + old.tables.usageSummary() + " SET TotalUsedTokens = TotalUsedTokens + ?, TotalRemainingTokens ="
                + " TotalRemainingTokens - ? WHERE SummaryID = ?", tokens, tokens, summary);
    }

    private String ofAnotherProvider() {
        return old.tokens.stream().filter(token -> "OpenAI".equals(token.provider()) && token.company() != null)
                .map(OldDeployment.Token::company).findFirst().orElseThrow();
    }

    private static String[] keys(int times, String key, String last) {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            keys.add(key);
        }
        keys.add(last);
        return keys.toArray(String[]::new);
    }

    private ConfigurableApplicationContext start() {
        DriverManagerDataSource source = (DriverManagerDataSource) old.database;
        return new SpringApplicationBuilder(TollgateApplication.class).initializers(context ->
                context.getBeanFactory().registerSingleton("noTests", new NoTests())).run("--server.port=0", "--tollgate.data-dir=" + folder.resolve("data"),
                "--spring.datasource.url=" + source.getUrl(), "--spring.datasource.username=" + source.getUsername(),
                "--spring.datasource.password=", "--tollgate.schema=" + old.tables.tokenMaster().replaceFirst("\\.?TokenMaster$", ""),
                "--tollgate.gemini.base-url=" + gemini.url(), "--tollgate.gemini.api-key-file=" + folder.resolve("appSetting.txt"),
                "--XAI_API_KEY=xai-key-of-a-gateway-on-old-tables", "--tollgate.ledger.query-timeout=60s",
                "--spring.datasource.hikari.connection-timeout=60000");
    }

    private static Gateway gateway(ConfigurableApplicationContext context) {
        return new Gateway(Integer.parseInt(context.getEnvironment().getProperty("local.server.port")));
    }
}
