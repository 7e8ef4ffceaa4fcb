package dev.tollgate.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;

import dev.tollgate.FreePort;
import dev.tollgate.TollgateApplication;
import dev.tollgate.e2e.Gateway.Answer;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The dashboard of the sandbox in a real Chromium. {@code -Dtollgate.screenshots=docs/images} also makes the README's pictures;
 * an ordinary run writes none.
 */
@SpringBootTest(classes = TollgateApplication.class, webEnvironment = SpringBootTest.WebEnvironment.DEFINED_PORT)
@ActiveProfiles("sandbox")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@EnabledIf(value = "dev.tollgate.e2e.Chromium#isInstalled", disabledReason = Chromium.MISSING)
class DashboardTest {

    private static final String SCREENSHOTS = System.getProperty("tollgate.screenshots");

    @AutoClose
    private static final Chromium chromium = Chromium.start();

    private static int port;
    private static Path routes;
    private static Gateway gateway;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        port = FreePort.find();
        Path folder = Files.createTempDirectory("tollgate-dashboard");
        routes = folder.resolve("routes");
        FileSystemUtils.copyRecursively(Path.of("routes"), routes);
        gateway = new Gateway(port);
        registry.add("server.port", () -> port);
        registry.add("tollgate.data-dir", () -> folder.resolve("data").toString());
        registry.add("tollgate.routes-dir", routes::toString);
        registry.add("tollgate.xai.zone", Noon::zone);
        registry.add("tollgate.xai.call-timeout", () -> "60s");
        registry.add("tollgate.sp-api.secret-rotated-at", () -> LocalDate.now(ZoneOffset.UTC).toString());
    }

    private static String address() {
        return "http://127.0.0.1:" + port;
    }

    private static DashboardPage dashboard() {
        return new DashboardPage(chromium, address()).open();
    }

    @Test
    @Order(1)
    void beforeAnythingHappenedEveryPanelSaysWhatToDo() {
        try (DashboardPage page = dashboard()) {
            assertThat(page.at("#link")).hasText("Live");
            assertThat(page.at("#needs-none")).hasText("Nothing. Every toll is as it should be.");
            assertThat(page.at("#jobs-none")).containsText("POST /jobs/keepa-backfill");
            assertThat(page.at("#sellers-none")).containsText("No seller is connected yet");
            assertThat(page.figure("sp-api", "Client secret")).hasText(Pattern.compile("(179|180) days left"));
            assertThat(page.at("#usage-none")).containsText("POST /extract");
            assertThat(page.at("#failures-none")).isVisible();
            assertThat(page.at("#errors-none")).isVisible();
            assertThat(page.at("#companies .company")).hasCount(1);
            assertThat(page.at("#keepa-chart canvas")).isVisible();
        }
    }

    @Test
    @Order(2)
    void everyPanelFollowsWhatHappens() {
        try (DashboardPage page = dashboard()) {
            assertThat(page.figure("keepa", "Consumed")).hasText("0");
            assertThat(gateway.get("/keepa/deal?key=mine&selection=1").status()).isEqualTo(200);
            assertThat(page.figure("keepa", "Consumed")).hasText("5");
            assertThat(page.figure("keepa", "Refill")).hasText("60 a minute");

            judge("Biology", "ok");
            judge("Biology", "ok");
            judge("Latin", "server-error");
            assertThat(page.figure("xai", "Calls")).hasText("2 of 1,000");
            assertThat(page.figure("xai", "Cache hits")).hasText("1 33 %");
            assertThat(page.figure("xai", "Fallbacks")).hasText("1");
            assertThat(page.figure("xai", "Cost today")).containsText("$0.00");

            assertThat(extract("ACME", "Thamel", Map.of("X-Request-Id", "of-the-dashboard", "X-Sandbox-Fault", "503,429")).status())
                    .isEqualTo(200);
            assertThat(page.figure("gemini", "Calls")).hasText("3 since the start");
            assertThat(page.figure("gemini", "Retries")).hasText("2");
            assertThat(page.at("#failures-list li")).containsText(new String[] {"of-the-dashboard"});
            assertThat(page.at("#failures-list li")).containsText(new String[] {"HTTP 429 RESOURCE_EXHAUSTED"});
            assertThat(page.at("#usage-branches li")).containsText(new String[] {"Thamel"});
            assertThat(page.at("#usage-users li")).containsText(new String[] {"ana"});
            assertThat(page.at("#usage-days canvas")).isVisible();
            assertThat(page.at("#companies .company .bar")).hasAttribute("aria-valuetext", "700 of 2,000,000 used");
        }
    }

    @Test
    @Order(3)
    void aDebtIsShadedCallersWaitAndABackfillHasItsBar() {
        try (DashboardPage page = dashboard()) {
            bringKeepaTo(-300); // minutes in which to look
            Answer job = gateway.request("POST", "/jobs/keepa-backfill", "application/json",
                    "{\"asins\":[\"B000000001\",\"B000000002\"],\"domain\":1}".getBytes());
            String id = job.json().path("jobId").asText();

            assertThat(page.toll("keepa")).hasText("1 waiting");
            assertThat(page.figure("keepa", "Waiting, backfill")).hasText("1");
            assertThat(page.figure("keepa", "Balance")).containsText("−");
            assertThat(page.figure("keepa", "Next free")).containsText("in ");
            assertThat(page.at("#jobs li .bar")).hasAttribute("aria-valuetext", "0 of 2 done");
            gateway.send(HttpRequest.newBuilder(gateway.uri("/jobs/" + id)).DELETE());
            assertThat(page.at("#jobs li .chip")).hasText("cancelled");
        }
    }

    @Test
    @Order(4)
    void aTokenDisabledByClickIsRefusedAtTheNextInvoice() {
        long token = newToken("CLICK", "Click and Sons", 1_000_000);
        try (DashboardPage page = dashboard()) {
            assertThat(extract("CLICK", "Default", Map.of()).status()).isEqualTo(200);

            page.token(token).getByRole(AriaRole.BUTTON).click();
            assertThat(page.token(token).locator(".chip")).hasText("Disabled");
            Answer refused = extract("CLICK", "Default", Map.of());
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.message()).isEqualTo(
                    "Your AI token is no longer available or has been disabled. Please contact support.");
            assertThat(page.at("#needs")).containsText("CLICK has no active token: its invoices are refused.");
            assertThat(page.toll("gemini")).hasText("Company refused");

            page.token(token).getByRole(AriaRole.BUTTON).click();
            assertThat(page.token(token).locator(".chip")).hasText("Active");
            assertThat(extract("CLICK", "Default", Map.of()).status()).isEqualTo(200);
        }
    }

    @Test
    @Order(4)
    void aCompanyWhoseTokensRunOutIsNamedBeforeTheyAreSpent() {
        newToken("CLOSE", "Close Ltd", 5_000);
        try (DashboardPage page = dashboard()) {
            Locator bar = page.at("#companies [data-key=CLOSE] .bar");
            assertThat(bar).hasAttribute("aria-valuetext", "0 of 5,000 used");
            assertThat(bar.locator(".mark")).hasAttribute("style", "left: 20%;");
            extract("CLOSE", "Default", Map.of());
            extract("CLOSE", "Default", Map.of());
            assertThat(page.at("#needs")).containsText("CLOSE has 3,600 tokens left, less than its threshold.");
            assertThat(bar).hasClass(Pattern.compile(".*warn.*"));
            assertThat(page.toll("gemini")).hasText("Nearly spent");
        }
    }

    @Test
    @Order(4)
    void booksThatDifferAndWhatCannotBeReadAreNamed(@Autowired JdbcClient database) {
        String someoneElseWrites = "UPDATE TokenUsageSummary SET TotalUsedTokens = TotalUsedTokens + ? WHERE TokenID = "
                + "(SELECT MIN(TokenID) FROM TokenUsageSummary)";
        database.sql(someoneElseWrites).param(7).update();
        try (DashboardPage page = dashboard()) {
            assertThat(page.figure("gemini", "Ledger drift")).hasText("7 tokens");
            assertThat(page.at("#needs")).containsText("The ledger’s books differ by 7 tokens");

            database.sql(someoneElseWrites).param(-7).update();
            page.page().route("**/admin/usage", request -> request.fulfill(new Route.FulfillOptions().setStatus(503)
                    .setContentType("application/json").setBody("{\"message\":\"The database is away.\"}")));
            page.page().reload();
            assertThat(page.figure("gemini", "Ledger drift")).hasText("0 tokens");
            assertThat(page.at("#needs")).containsText("Part of this page is not of now: The database is away.");
        }
    }

    @Test
    @Order(5)
    void aSellerWhoRefusesIsNotConnectedAndOneWhoApprovesIs() {
        try (DashboardPage page = dashboard()) {
            Page refused = page.page().waitForPopup(() -> page.at("#connect").click());
            refused.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Refuse")).click();
            assertThat(refused.locator("h1")).hasText("Not connected");
            assertThat(page.at("#sellers-none")).isVisible();

            Page approved = page.page().waitForPopup(() -> page.at("#connect").click());
            approved.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Approve")).click();
            assertThat(approved.locator("h1")).hasText("Connected");
            assertThat(page.at("#sellers li .chip")).hasText("connected");
            assertThat(page.toll("sp-api")).hasText("Open");

            Answer call = gateway.send(HttpRequest.newBuilder(gateway.uri("/sp-api/listings/2021-08-01/restrictions?asin=B000000000"
                    + "&sellerId=A1SANDBOXSELLER&marketplaceIds=ATVPDKIKX0DER")).header("X-Seller-Id", "A1SANDBOXSELLER"));
            assertThat(call.status()).isEqualTo(200);
            assertThat(page.at("#sellers .bar")).hasAttribute("aria-valuetext", Pattern.compile("token fresh for 5\\d m .*"));
            assertThat(page.at("#sellers button")).containsText("Reconnect");
        }
    }

    @Test
    @Order(6)
    void anEditThatIsRejectedIsShownWithItsErrorUntilItIsCorrected() throws IOException {
        Path file = routes.resolve("xai/learn.camel.yaml");
        String good = Files.readString(file);
        try (DashboardPage page = dashboard()) {
            Files.writeString(file, good.replaceFirst("steps:", "stepz:"));
            assertThat(page.figure("routes", "Last edit")).hasText("rejected");
            assertThat(page.at("#rejected pre")).containsText("xai/learn.camel.yaml:");
            assertThat(page.at("#needs")).containsText("The last edit of the routes was rejected.");

            Files.writeString(file, good + "\n");
            assertThat(page.figure("routes", "Last edit")).hasText("taken");
            assertThat(page.at("#rejected")).isHidden();
            page.at("#route-files summary").filter(new Locator.FilterOptions().setHasText("routes/xai")).click();
            assertThat(page.at("#route-files tr[data-key='routes/xai/learn.camel.yaml']")).containsText("POST /learn");
        }
    }

    @Test
    @Order(8)
    void aWarningStandsAtTheTopAndBesideTheFiles() throws IOException {
        Path file = Files.createDirectories(routes.resolve("warned")).resolve("warned.yaml");
        try (DashboardPage page = dashboard()) {
            Files.writeString(file, "- route: {id: warned, from: {uri: 'direct:warned', steps: [{log: x}]}}\n");
            assertThat(page.at("#needs")).containsText("1 warning about the routes: warned/warned.yaml:1: Nobody calls direct:warned");
            assertThat(page.at("#warnings pre")).containsText("Nobody calls direct:warned");
            assertThat(page.figure("routes", "Edits")).hasText("noticed");
            Files.delete(file);
            assertThat(page.at("#warnings")).isHidden();
        }
    }

    @Test
    @Order(8)
    void aLimitIsRaised() {
        try (DashboardPage page = dashboard()) {
            page.at("#companies details summary").first().click();
            page.at("#companies details input").first().fill("3000000");
            page.at("#companies details button").first().click();
            assertThat(page.at("#companies .company").first()).containsText("M of ");
            assertThat(page.at("#said")).containsText("may use 3,000,000.");
        }
    }

    @Test
    @Order(7)
    void whenTooManyWatchAPagePollsAndItsNumbersStillMove() {
        List<InputStream> watchers = new ArrayList<>();
        HttpClient client = HttpClient.newHttpClient();
        // A place of a page that was closed just now is free a second later.
        await().until(() -> {
            HttpResponse<InputStream> answer = client.send(HttpRequest.newBuilder(gateway.uri("/status/events")).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            if (answer.statusCode() == 200) {
                watchers.add(answer.body());
            }
            return watchers.size() == 32;
        });
        Answer one = gateway.get("/status/events");
        assertThat(one.status()).isEqualTo(503);
        assertThat(one.header("Retry-After")).isEqualTo("30");
        try (DashboardPage page = dashboard()) {
            assertThat(page.at("#link")).hasText("Polling");
            String calls = page.figure("xai", "Calls").textContent();
            judge("Poetry", "ok");
            assertThat(page.figure("xai", "Calls")).not().hasText(calls);
        }
        finally {
            watchers.forEach(DashboardTest::close);
        }
    }

    @Test
    @Order(8)
    void aPageWhoseGatewayIsAwaySaysSoAndComesBackByItself() {
        try (DashboardPage page = dashboard()) {
            Pattern numbers = Pattern.compile(".*/status(/events)?");
            page.page().route(numbers, request -> request.abort("connectionrefused"));
            page.page().reload();
            assertThat(page.at("#link")).hasText("Gateway not reached");
            page.page().unroute(numbers);
            assertThat(page.at("#link")).hasText("Live");
        }
    }

    @Test
    @Order(8)
    void theKeyboardReachesEverythingAndFocusStaysWhereItWas() {
        long token = newToken("KEYBOARD", "Keys Ltd", 1_000_000);
        try (DashboardPage page = dashboard()) {
            page.page().keyboard().press("Tab");
            assertThat(page.at(".skip")).isFocused();
            page.page().keyboard().press("Enter");
            assertThat(page.at("#main")).isFocused();
            page.page().keyboard().press("Tab");
            assertThat(page.at("#toll-keepa")).isFocused();

            var button = page.token(token).getByRole(AriaRole.BUTTON);
            assertThat(button).hasAccessibleName("Disable token " + token + " of KEYBOARD");
            for (int tabs = 0; tabs < 60 && !Boolean.TRUE.equals(button.evaluate("it => it === document.activeElement")); tabs++) {
                page.page().keyboard().press("Tab");
            }
            page.page().keyboard().press("Space");
            assertThat(page.token(token).locator(".chip")).hasText("Disabled");
            assertThat(button).isEnabled();
            assertThat(button).isFocused();
            assertThat(page.at("#said")).not().isEmpty();
            page.page().keyboard().press("Space");
            assertThat(page.token(token).locator(".chip")).hasText("Active");
        }
    }

    @Test
    @Order(8)
    void anApiOfOneFileHasItsRowWithItsDenialsAndItsBucket() throws IOException {
        Files.writeString(Files.createDirectories(routes.resolve("extra")).resolve("own.camel.yaml"), OwnRoute.of("weather",
                "daily-quota-action: {name: weather, calls: 3}", "token-bucket-action: {name: weather, tokens: 10}",
                "http-call-action: {url: \"%s/openapi.json\"}".formatted(address())));
        await().until(() -> gateway.get("/weather").status() == 200);
        while (gateway.get("/weather").status() == 200) {
            // until the day is spent
        }
        try (DashboardPage page = dashboard()) {
            Locator row = page.at("#apis-rows tr").filter(new Locator.FilterOptions().setHasText("weather"));
            assertThat(row.locator("td")).hasCount(5);
            assertThat(row.locator("td").nth(1)).hasAttribute("title", "daily-quota:weather: 1");
            assertThat(page.at("#limits")).containsText("7 of 10 tokens left");
            assertThat(page.at("#limits")).containsText("3 of 3 calls used");
            Locator caller = page.at("#callers-rows tr").filter(new Locator.FilterOptions().setHasText("weather"));
            assertThat(caller.locator("th")).hasText("this machine");
            assertThat(caller.locator("td").nth(2)).hasText("1");
            assertThat(caller.locator("td").nth(3)).hasText("4");
        }
    }

    @Test
    @Order(9)
    void nothingKeepsAnybodyFromReadingIt() {
        try (DashboardPage page = dashboard()) {
            assertThat(page.at("#companies .company").first()).isVisible();
            page.page().evaluate("document.querySelectorAll('details').forEach(it => it.open = true)");
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                page.page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
                assertThat(page.seriousFindings()).as("in the scheme " + scheme).isEmpty();
            }
        }
    }

    @Test
    @Order(9)
    void aPhoneShowsItWithoutScrollingSideways() {
        try (DashboardPage page = new DashboardPage(chromium, address(), ColorScheme.LIGHT, 360, 740).open()) {
            assertThat(page.at("#companies .company").first()).isVisible();
            assertThat(page.page().evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
        }
    }

    @Test
    @Order(10)
    @EnabledIfSystemProperty(named = "tollgate.screenshots", matches = ".+", disabledReason = "Pictures are made on request only")
    void picturesOfIt() throws IOException {
        Files.writeString(Files.createDirectories(routes.resolve("weather")).resolve("forecast.yaml"), """
                - route: {id: forecast, from: {uri: "direct:forecast", steps: [{log: "to be called by /weather"}]}}
                """);
        newToken("LUMBINI", "Lumbini Traders", 40_000);
        newToken("BAGMATI", "Bagmati Stores", 9_000);
        for (int i = 0; i < 8; i++) {
            extract("BAGMATI", "Thamel", Map.of());
            extract("LUMBINI", "Pokhara", Map.of());
            judge("Volume " + i, "ok");
        }
        bringKeepaTo(100);
        gateway.request("POST", "/jobs/keepa-backfill", "application/json", ("{\"asins\":[" + IntStream.range(0, 60)
                .mapToObj("\"B%09d\""::formatted).collect(Collectors.joining(",")) + "],\"domain\":1,\"params\":{\"offers\":20}}").getBytes());
        try (DashboardPage light = new DashboardPage(chromium, address(), ColorScheme.LIGHT, 1280, 1240).open();
                DashboardPage dark = new DashboardPage(chromium, address(), ColorScheme.DARK, 1280, 1240).open();
                DashboardPage phone = new DashboardPage(chromium, address(), ColorScheme.LIGHT, 390, 844).open()) {
            assertThat(light.at("#jobs li .bar").first()).not().hasAttribute("aria-valuenow", "0",
                    new LocatorAssertions.HasAttributeOptions().setTimeout(400_000));
            for (int i = 0; i < 60; i++) {
                gateway.get("/token/status?companyID=ACME");
                gateway.get("/weather");
            }
            for (DashboardPage page : List.of(light, dark, phone)) {
                assertThat(page.at("#apis-rows tr").filter(new Locator.FilterOptions().setHasText("weather")).locator("td").nth(1)).not().hasText("0.0");
            }
            Path folder = Path.of(SCREENSHOTS);
            picture(light, folder.resolve("dashboard-light.png"));
            picture(dark, folder.resolve("dashboard-dark.png"));
            picture(phone, folder.resolve("dashboard-phone.png"));
        }
    }

    private static void picture(DashboardPage page, Path file) {
        page.page().screenshot(new Page.ScreenshotOptions().setPath(file));
    }

    /** Somebody else uses the same key, so the gateway knows only when Keepa refuses. */
    private static void bringKeepaTo(long balance) {
        long thought = gateway.get("/status").json().path("keepa").path("balance").asLong();
        gateway.request("POST", "/sandbox/keepa-drift?tokens=" + (balance - thought), "text/plain", new byte[0]);
    }

    private static void judge(String title, String fault) {
        gateway.send(HttpRequest.newBuilder(gateway.uri("/judge")).header("X-Sandbox-Fault", fault).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"title\":\"%s\",\"category\":\"Textbook\",\"season\":\"Fall\",\"price\":40}".formatted(title))));
    }

    private static Answer extract(String company, String branch, Map<String, String> headers) {
        try {
            Map<String, Object> parts = new LinkedHashMap<>(Map.of("companyID", company, "username", "ana", "branch", branch));
            parts.put("file", Files.readAllBytes(Path.of("samples/invoice.pdf")));
            return gateway.upload(parts, headers);
        }
        catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long newToken(String company, String name, long limit) {
        Answer made = gateway.request("POST", "/admin/tokens", "application/json", """
                {"CompanyID":"%s","CompanyName":"%s","ApiKey":"sandbox-key","Provider":"Gemini","TotalTokenLimit":%d,"Threshold":4000}"""
                .formatted(company, name, limit).getBytes());
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.json().path("TokenID").asLong();
    }

    private static void close(InputStream stream) {
        try {
            stream.close();
        }
        catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
