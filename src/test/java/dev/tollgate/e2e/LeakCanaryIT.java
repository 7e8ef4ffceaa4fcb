package dev.tollgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.Codings;
import dev.tollgate.e2e.Gateway.Answer;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A canary in every credential. Each API is driven through success, denial, malformed requests and errors of an upstream
 * that repeats all it was sent; then no canary may stand in an answer, a line of the console, a table, or a file, nor
 * anything of a caller's in what an upstream received.
 *
 * <p>Whoever adds a page that tells about the gateway adds its path to {@link #PAGES}; whoever adds an API drives it in
 * {@link #driveEverything()}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeakCanaryIT {

    /** Everything that shows the inside; asked for with the admin key, before and after the APIs were driven. */
    private static final List<String> PAGES = List.of("/", "/status", "/status/history", "/status/explain", "/status/reconcile", "/docs", "/sellers", "/jobs", "/openapi.json", "/admin/keys",
            "/admin/tokens", "/actuator", "/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness",
            "/actuator/prometheus", "/actuator/metrics", "/actuator/env", "/actuator/configprops", "/actuator/beans",
            "/actuator/httpexchanges", "/actuator/loggers", "/actuator/info", "/actuator/mappings");

    private static final Canary KEEPA = Canary.in("KEEPA_API_KEY");
    private static final Canary XAI = Canary.in("XAI_API_KEY");
    private static final Canary LWA_SECRET = Canary.in("LWA_CLIENT_SECRET");
    private static final Canary REFRESH = Canary.in("refresh token");
    private static final Canary ACCESS = Canary.in("access token");
    private static final Canary GEMINI = Canary.in("ApiKey in TokenMaster");
    private static final Canary CODE = Canary.in("consent code");
    private static final Canary ADMIN = Canary.in("TOLLGATE_ADMIN_KEY");
    private static final Canary MASTER = new Canary("TOLLGATE_MASTER_KEY", "c4".repeat(32));
    private static final Canary PASSWORD = Canary.in("database password");

    private static final int ISSUED = 5_000;

    private static final String CHAT = "{\"model\":\"grok-4\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]%s}";
    private static final String ASK = "{\"contents\":[{\"parts\":[{\"text\":\"hi\"}]}]}";
    private static final String RESTRICTIONS = "/sp-api/listings/2021-08-01/restrictions?asin=B1&sellerId=%1$s&marketplaceIds=ATVPDKIKX0DER";

    private final Map<String, String> answers = new LinkedHashMap<>();
    private final EchoingUpstream gemini = new EchoingUpstream(LeakCanaryIT::ofGemini);
    private final EchoingUpstream xai = new EchoingUpstream(LeakCanaryIT::ofXai);
    private final EchoingUpstream keepa = new EchoingUpstream(call -> "{\"timestamp\":" + System.currentTimeMillis() + ",\"tokensLeft\":30,\"refillIn\":60000,"
            + "\"refillRate\":1,\"tokensConsumed\":1,\"products\":[]}");
    private final EchoingUpstream amazon = new EchoingUpstream(call -> call.contains("/auth/o2/token")
            ? "{\"access_token\":\"" + ACCESS.secret() + "\",\"token_type\":\"bearer\",\"expires_in\":3600,\"refresh_token\":\""
                    + REFRESH.secret() + "\"}" : "{\"restrictions\":[]}");

    @TempDir
    static Path folder;

    private GatewayProcess process;
    private Canary caller;
    private Canary revoked;
    private long deniedCallsUpstream;
    private final List<Canary> issued = new ArrayList<>();
    private Map<String, String> modes = Map.of();

    @BeforeAll
    void driveEverything() throws Exception {
        process = GatewayProcess.start(folder, Map.ofEntries(
                entry("tollgate.gemini.base-url", gemini.url()), entry("tollgate.xai.base-url", xai.url()),
                entry("tollgate.keepa.base-url", keepa.url()), entry("tollgate.sp-api.base-url", amazon.url()),
                entry("tollgate.sp-api.lwa-url", amazon.url() + "/auth/o2/token"), entry("tollgate.sp-api.max-wait", "200ms"),
                entry("tollgate.sp-api.token-patience", "200ms"), entry("tollgate.keepa.max-wait", "100ms"),
                entry("tollgate.retry.initial-delay", "1ms"), entry("tollgate.retry.max-delay", "2ms"),
                entry("logging.level.org.apache.camel", "DEBUG")),
                Map.of("KEEPA_API_KEY", KEEPA.secret(), "XAI_API_KEY", XAI.secret(), "LWA_CLIENT_ID", "amzn1.client",
                        "LWA_CLIENT_SECRET", LWA_SECRET.secret(), "SPAPI_APPLICATION_ID", "amzn1.sp.solution.canary",
                        "TOLLGATE_ADMIN_KEY", ADMIN.secret(), "TOLLGATE_MASTER_KEY", MASTER.secret(),
                        "SPRING_DATASOURCE_PASSWORD", PASSWORD.secret()));
        administrate();
        issueTokens();
        readPages();
        deny();
        for (int status : new int[] {0, 400, 503, 429}) {
            Stream.of(gemini, xai, amazon).forEach(upstream -> upstream.fail(status));
            keepa.fail(status == 429 ? 500 : status); // whom Keepa itself refuses waits
            driveApis("upstream " + status);
        }
        quoteEverything();
        driveWrongs(); // after which this address has shown too many wrong keys to be heard
        readPages();
        modes = modes();
        process.stop();
    }

    /** Keys, tokens and a seller; and what is wrong about requests that hold their secrets. */
    private void administrate() {
        caller = new Canary("gateway key", newKey("caller"));
        revoked = new Canary("revoked gateway key", newKey("revoked"));
        admin("DELETE", "/admin/keys/" + answers.get("id of revoked"), null);
        for (String company : List.of("ACME", "GONE")) {
            admin("POST", "/admin/tokens", "{\"CompanyID\":\"%s\",\"CompanyName\":\"%1$s\",\"ApiKey\":\"%s\",\"Provider\":\"Gemini\"}"
                    .formatted(company, GEMINI.secret()));
        }
        String gone = StreamSupport.stream(admin("GET", "/admin/tokens", null).json().spliterator(), false)
                .filter(token -> token.path("CompanyID").asText().equals("GONE")).findFirst().orElseThrow().path("TokenID").asText();
        admin("PATCH", "/admin/tokens/" + gone, "{\"Status\":\"Expired\"}");
        admin("PATCH", "/admin/tokens/" + gone, "{\"ApiKey\":\"" + GEMINI.secret() + "\",\"Status\":\"No such\"}");
        admin("POST", "/admin/tokens", "{\"ApiKey\":\"" + GEMINI.secret() + "\",");
        admin("POST", "/admin/tokens", "{\"ApiKey\":{\"" + GEMINI.secret() + "\":1}}");
        admin("POST", "/admin/keys", "{\"name\":\"x\",\"apis\":[\"" + "nothing" + "\"]}");
        admin("POST", "/admin/sellers", "{\"sellerId\":\"A1SELLER\",\"marketplaceIds\":[\"ATVPDKIKX0DER\"],\"refreshToken\":\""
                + REFRESH.secret() + "\"}");
        admin("POST", "/admin/sellers", "{\"sellerId\":\"A1SELLER\",\"refreshToken\":\"" + REFRESH.secret() + "\"");
    }

    private String newKey(String name) {
        Answer made = answer(HttpRequest.newBuilder(process.gateway().uri("/admin/keys")).header("Authorization", "Bearer "
                + ADMIN.secret()).POST(BodyPublishers.ofString("{\"name\":\"" + name
                + "\",\"apis\":[\"gemini\",\"xai\",\"keepa\",\"sp-api\",\"jobs\",\"status\"]}")));
        answers.put("id of " + name, made.json().path("id").asText());
        return made.json().path("key").asText(); // the one answer that may hold it
    }

    private void readPages() {
        PAGES.forEach(page -> admin("GET", page, null));
    }

    /** A denial in each dialect, for want of a token, of a permission or of a key. */
    private void deny() {
        ask("before", "GET", "/keepa/product?key=" + caller.secret() + "&domain=1&asin=B1", null); // its reply tells the balance
        long before = calls();
        ask("denied", "POST", "/extract", Gateway.multipart(Map.of("companyID", "GONE", "username", "ana", "file", Gateway.PDF)),
                "Content-Type", "multipart/form-data; boundary=tollgate-test", "X-Request-Id", "denied");
        ask("denied", "POST", "/gemini/v1beta/models/m:generateContent", ASK.getBytes(), "X-Company-Id", "GONE", "X-Request-Id", "denied");
        ask("denied", "POST", "/gemini/v1beta/models/m:predict", ASK.getBytes(), "X-Company-Id", "ACME", "X-Request-Id", "denied");
        ask("denied", "GET", "/keepa/bestsellers?key=" + caller.secret() + "&category=1", null, "X-Request-Id", "denied");
        ask("denied", "POST", "/xai/v1/files", "{}".getBytes(), "X-Request-Id", "denied");
        ask("denied", "GET", RESTRICTIONS.formatted("A2OTHER"), null, "X-Seller-Id", "A2OTHER", "X-Request-Id", "denied");
        for (String path : List.of("/extract", "/judge", "/keepa/product", "/xai/v1/models", "/gemini/v1beta/models", "/sp-api/x")) {
            answer("denied without a key " + path, HttpRequest.newBuilder(process.gateway().uri(path)).header("X-Request-Id", "denied"));
        }
        deniedCallsUpstream = calls() - before;
    }

    private long calls() {
        return Stream.of(gemini, xai, keepa, amazon).mapToLong(upstream -> upstream.received().size()).sum();
    }

    private void driveApis(String when) {
        for (String company : List.of("ACME", "GONE", "NOBODY")) {
            Map<String, Object> form = Map.of("companyID", company, "username", "ana", "file", Gateway.PDF);
            ask(when, "POST", "/extract", Gateway.multipart(form), "Content-Type", "multipart/form-data; boundary=tollgate-test");
            ask(when, "GET", "/token/status?companyID=" + company, null);
            for (String verb : List.of("generateContent", "streamGenerateContent?alt=sse", "countTokens?key=" + caller.secret())) {
                ask(when, "POST", "/gemini/v1beta/models/m:" + verb, ASK.getBytes(), "X-Company-Id", company);
            }
        }
        ask(when, "POST", "/judge", "{\"title\":\"%s\",\"category\":\"c\",\"season\":\"s\",\"price\":1}".formatted(when).getBytes());
        ask(when, "POST", "/learn", "{\"text\":\"why\"}".getBytes());
        ask(when, "POST", "/xai/v1/chat/completions", CHAT.formatted("").getBytes());
        ask(when, "POST", "/xai/v1/chat/completions", CHAT.formatted(",\"stream\":true").getBytes(), "X-Tollgate-Cache", "use");
        ask(when, "GET", "/xai/v1/models", null);
        ask(when, "GET", "/keepa/product?key=" + caller.secret() + "&domain=1&asin=B1", null, "Accept-Encoding", "identity");
        ask(when, "GET", "/keepa/bestsellers?key=" + caller.secret() + "&category=1", null, "Accept-Encoding", "identity");
        ask(when, "GET", "/keepa/token?key=" + caller.secret(), null);
        ask(when, "POST", "/jobs/keepa-backfill", "{\"asins\":[\"B000000001\"],\"domain\":1,\"params\":{}}".getBytes());
        ask(when, "POST", "/connect", null);
        ask(when, "GET", "/callback?state=x&selling_partner_id=A1&spapi_oauth_code=" + CODE.secret(), null);
        ask(when, "GET", RESTRICTIONS.formatted("A1SELLER"), null, "X-Seller-Id", "A1SELLER");
        ask(when, "GET", RESTRICTIONS.formatted("A2OTHER"), null, "X-Seller-Id", "A2OTHER");
        for (Canary key : List.of(caller, revoked)) {
            ask(when, "POST", "/auth/o2/token", ("grant_type=refresh_token&client_id=a&client_secret=b&refresh_token="
                    + key.secret()).getBytes(), "Content-Type", "application/x-www-form-urlencoded");
        }
        admin("POST", "/admin/sellers", "{\"sellerId\":\"A" + when.replaceAll("\\D", "") + "\",\"marketplaceIds\":[\"ATVPDKIKX0DER\"],"
                + "\"refreshToken\":\"" + REFRESH.secret() + "\"}");
    }

    /** Malformed, misplaced, revoked: each with secrets where they do not belong. */
    private void driveWrongs() {
        for (String path : List.of("/extract", "/judge", "/learn", "/xai/v1/chat/completions", "/xai/v1/files", "/keepa/product",
                "/keepa/finder", "/sp-api/nothing", "/gemini/v1beta/models/m:generateContent", "/gemini/v1/files",
                "/jobs/keepa-backfill", "/jobs/restriction-check", "/auth/o2/token", "/admin/keys", "/nothing")) {
            boolean passesOn = path.matches("/(xai|keepa|gemini|sp-api)/.*"); // bodies go to the upstream as they are
            for (String body : passesOn ? List.of("{", "\u0000") : List.of("{\"key\":\"" + revoked.secret(), "key=" + revoked.secret())) {
                ask("malformed", "POST", path, body.getBytes());
            }
            String query = "?key=" + revoked.secret() + "&access_token=" + revoked.secret();
            answer("wrong key " + path, HttpRequest.newBuilder(process.gateway().uri(path + query))
                    .header("Authorization", "Bearer " + revoked.secret()).POST(BodyPublishers.ofString("{}")));
            answer("no key " + path, HttpRequest.newBuilder(process.gateway().uri(path)).POST(BodyPublishers.ofString("{}")));
        }
    }

    /** Issued tokens are secrets, too; so many must not push out those of the environment. */
    private void issueTokens() {
        ask("claimed", "POST", "/auth/o2/token", "grant_type=refresh_token&client_id=a&client_secret=b&refresh_token=application/json"
                .getBytes(), "Content-Type", "application/x-www-form-urlencoded");
        for (int i = 0; i < ISSUED; i++) {
            Answer answer = answer(HttpRequest.newBuilder(process.gateway().uri("/auth/o2/token"))
                    .header("Content-Type", "application/x-www-form-urlencoded").POST(BodyPublishers.ofString(
                            "grant_type=refresh_token&client_id=a&client_secret=b&refresh_token=" + caller.secret())));
            issued.add(new Canary("issued token " + i, answer.json().path("access_token").asText()));
        }
    }

    /** Errors that repeat every credential there is, and the oldest and newest issued token, in every coding, whole and in pieces. */
    private void quoteEverything() {
        List<String> all = Stream.concat(Stream.of(KEEPA, XAI, LWA_SECRET, REFRESH, ACCESS, GEMINI, ADMIN, MASTER, PASSWORD, caller),
                Stream.of(issued.get(0), issued.get(ISSUED - 1))).map(Canary::secret).toList();
        amazon.fail(0); // after the failures before, until there is an access token again
        await().until(() -> answer(HttpRequest.newBuilder(process.gateway().uri(RESTRICTIONS.formatted("A1SELLER")))
                .header("Authorization", "Bearer " + caller.secret()).header("X-Seller-Id", "A1SELLER")).status() == 200);
        Map<String, UnaryOperator<byte[]>> codings = new LinkedHashMap<>();
        codings.put("", body -> body);
        codings.put("gzip", Codings::gzip);
        codings.put("x-gzip", Codings::gzip);
        codings.put("deflate", Codings::deflate);
        codings.put("br", Codings::brotli);
        codings.put("gzip, br", body -> Codings.brotli(Codings.gzip(body)));
        codings.put("zstd", Codings::zstd);
        codings.forEach((coding, coded) -> {
            for (int piece : List.of(Integer.MAX_VALUE, 61)) {
                EchoingUpstream.Mode mode = new EchoingUpstream.Mode(coding, coded, piece, all);
                for (int status : List.of(400, 500, 200)) {
                    List.of(gemini, xai, keepa, amazon).forEach(upstream -> {
                        upstream.send(mode);
                        upstream.fail(status);
                    });
                    driveDropIns("quoted " + status + " " + coding + " " + Math.min(piece, 9999));
                }
            }
        });
    }

    private void driveDropIns(String when) {
        ask(when, "POST", "/gemini/v1beta/models/m:generateContent", ASK.getBytes(), "X-Company-Id", "ACME");
        ask(when, "POST", "/gemini/v1beta/models/m:streamGenerateContent?alt=sse", ASK.getBytes(), "X-Company-Id", "ACME");
        ask(when, "POST", "/xai/v1/chat/completions", CHAT.formatted("").getBytes());
        ask(when, "POST", "/xai/v1/chat/completions", CHAT.formatted(",\"stream\":true").getBytes());
        ask(when, "GET", "/keepa/product?key=" + caller.secret() + "&domain=1&asin=B1", null, "Accept-Encoding", "br, zstd");
        ask(when, "GET", "/keepa/search?key=" + caller.secret() + "&domain=1&type=product&term=x", null);
        ask(when, "GET", RESTRICTIONS.formatted("A1SELLER"), null, "X-Seller-Id", "A1SELLER");
    }

    private Answer admin(String method, String path, String body) {
        return answer("admin " + method + " " + path + " " + answers.size(), HttpRequest.newBuilder(process.gateway().uri(path))
                .header("Authorization", "Bearer " + ADMIN.secret()).header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
    }

    /** Asks with the caller's key in its place, and in others where it does not belong. */
    private void ask(String when, String method, String path, byte[] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(process.gateway().uri(path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        request.header("Authorization", "Bearer " + caller.secret()).header("x-goog-api-key", caller.secret())
                .header("x-api-key", caller.secret()).header("X-Custom", "my key is " + caller.secret())
                .header("Cookie", "key=" + caller.secret()).header("User-Agent", "client " + caller.secret());
        answer(when + ": " + method + " " + path.replaceAll("key=[^&]*", "key=") + " " + answers.size(), request);
    }

    private Answer answer(String name, HttpRequest.Builder request) {
        Answer answer = answer(request);
        answers.put(name, answer.status() + " " + answer.headers() + " " + answer.text());
        return answer;
    }

    private Answer answer(HttpRequest.Builder request) {
        return process.gateway().send(request);
    }

    @Test
    void theApisWereDrivenAndTheirUpstreamsDidRepeatWhatTheyWereSent() {
        assertThat(List.of(gemini, xai, keepa, amazon)).allSatisfy(upstream -> assertThat(upstream.echoed()).isPositive());
        assertThat(gemini.received()).anyMatch(GEMINI::isIn);
        assertThat(xai.received()).anyMatch(XAI::isIn);
        assertThat(keepa.received()).anyMatch(KEEPA::isIn);
        assertThat(amazon.received()).anyMatch(LWA_SECRET::isIn).anyMatch(REFRESH::isIn).anyMatch(ACCESS::isIn);
        assertThat(answers.entrySet()).filteredOn(one -> one.getKey().startsWith("upstream 0: "))
                .filteredOn(one -> one.getValue().startsWith("200")).hasSizeGreaterThan(10);
    }

    @Test
    void aDenialReachesNoUpstreamAndNoLedger() throws SQLException {
        assertThat(answers.entrySet()).filteredOn(one -> one.getKey().startsWith("denied")).hasSize(12)
                .allSatisfy(one -> assertThat(one.getValue()).startsWith("4"));
        assertThat(deniedCallsUpstream).isZero();
        assertThat(tables().get("TOKENUSAGELOGS")).contains("drop-in").doesNotContain("denied");
    }

    @Test
    void noAnswerHoldsASecret() {
        assertThat(leaks(answers)).isEmpty();
    }

    @Test
    void whatACallerClaimedIsCutFromNoAnswer() {
        assertThat(answers.entrySet()).filteredOn(one -> one.getKey().startsWith("claimed")).isNotEmpty()
                .allSatisfy(one -> assertThat(one.getValue()).startsWith("400"));
        assertThat(answers.values()).allSatisfy(answer -> assertThat(answer).doesNotContainPattern("(?i)content-type=\\[\\[cut"));
    }

    @Test
    void errorsInEveryCodingReachedTheirCallersWithoutWhatTheyQuote() {
        for (String path : List.of("/gemini/", "/xai/", "/keepa/", "/sp-api/")) {
            for (String coding : List.of(" ", "gzip", "x-gzip", "deflate", "br", "gzip, br", "zstd")) {
                assertThat(answers.entrySet()).as(path + " " + coding)
                        .filteredOn(one -> one.getKey().startsWith("quoted 400 " + coding.strip() + " ") && one.getKey().contains(path))
                        .anySatisfy(one -> assertThat(one.getValue()).startsWith("400").contains("[cut]"));
            }
        }
    }

    @Test
    void whatTheGatewayWritesIsForItsOwnerOnly() {
        assertThat(modes).hasSizeGreaterThan(5).allSatisfy((path, mode) -> assertThat(mode).as(path).isIn("rwx------", "rw-------"));
    }

    private Map<String, String> modes() throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        try (Stream<Path> paths = Files.walk(folder.resolve("data"))) {
            for (Path path : paths.toList()) {
                all.put(path.toString(), PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
            }
        }
        return all;
    }

    @Test
    void noLineOfTheConsoleHoldsASecret() {
        assertThat(leaks(Map.of("console", process.console()))).isEmpty();
    }

    @Test
    void noColumnOfAnyTableHoldsASecret() throws SQLException {
        Map<String, String> tables = tables();
        assertThat(tables.keySet()).contains("TOKENMASTER", "TOKENUSAGELOGS", "RETRYATTEMPTS", "APPLICATIONLOGS", "GATEWAYKEYS",
                "ADMINAUDIT");
        assertThat(tables.get("APPLICATIONLOGS").length()).isGreaterThan(1000);
        assertThat(leaks(tables)).isEmpty();
    }

    @Test
    void noFileOfTheGatewayHoldsASecret() throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(file).toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(files).hasSizeGreaterThan(3);
        assertThat(leaks(files)).isEmpty();
    }

    @Test
    void noUpstreamReceivesWhatIsTheCallersOrAnothersUpstreams() {
        assertThat(leaks("gemini", gemini, GEMINI)).isEmpty();
        assertThat(leaks("xai", xai, XAI)).isEmpty();
        assertThat(leaks("keepa", keepa, KEEPA)).isEmpty();
        assertThat(leaks("amazon", amazon, LWA_SECRET, REFRESH, ACCESS)).isEmpty();
    }

    private List<String> leaks(String name, EchoingUpstream upstream, Canary... own) {
        Map<String, String> received = new LinkedHashMap<>();
        upstream.received().forEach(call -> received.put(name + " " + received.size() + " " + call.split("\\?")[0], call));
        return leaks(received).stream().filter(leak -> Stream.of(own).noneMatch(one -> leak.startsWith(one + " in "))).toList();
    }

    /** Which canary stands where, without the canary. */
    private List<String> leaks(Map<String, String> texts) {
        List<Canary> canaries = List.of(KEEPA, XAI, LWA_SECRET, REFRESH, ACCESS, GEMINI, CODE, ADMIN, MASTER, PASSWORD, caller, revoked,
                issued.get(0), issued.get(ISSUED / 2), issued.get(ISSUED - 1));
        return texts.entrySet().stream().flatMap(text -> canaries.stream().filter(canary -> canary.isIn(text.getValue()))
                .map(canary -> canary + " in " + text.getKey())).toList();
    }

    private Map<String, String> tables() throws SQLException {
        Map<String, String> tables = new LinkedHashMap<>();
        try (Connection database = DriverManager.getConnection("jdbc:h2:file:" + h2File(), "sa", PASSWORD.secret())) {
            try (ResultSet names = database.createStatement().executeQuery(
                    "SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'PUBLIC' AND TABLE_TYPE = 'BASE TABLE'")) {
                while (names.next()) {
                    tables.put(names.getString(1).toUpperCase(), rows(database, names.getString(1)));
                }
            }
        }
        return tables;
    }

    private static String rows(Connection database, String table) throws SQLException {
        StringBuilder text = new StringBuilder();
        try (ResultSet rows = database.createStatement().executeQuery("SELECT * FROM \"" + table + "\"")) {
            while (rows.next()) {
                for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                    text.append(rows.getString(column)).append('|');
                }
            }
        }
        return text.toString();
    }

    private Path h2File() {
        try (Stream<Path> files = Files.walk(folder)) {
            String file = files.map(Path::toString).filter(name -> name.endsWith(".mv.db")).findFirst().orElseThrow();
            return Path.of(file.replace(".mv.db", ""));
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String ofGemini(String call) {
        String reply = "{\"candidates\":[{\"finishReason\":\"STOP\",\"content\":{\"parts\":[{\"text\":\"{}\"}]}}],"
                + "\"usageMetadata\":{\"promptTokenCount\":1,\"totalTokenCount\":2},\"totalTokens\":1}";
        return call.contains("alt=sse") ? "data: " + reply + "\n\n" : reply;
    }

    private static String ofXai(String call) {
        String reply = "{\"object\":\"chat.completion\",\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":"
                + "\"{\\\"reasonable\\\":true}\"}}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2},\"data\":[]}";
        return call.contains("\"stream\":true") ? "data: " + reply + "\n\ndata: [DONE]\n\n" : reply;
    }

    @AfterAll
    void stop() {
        if (process != null) {
            process.close();
        }
        List.of(gemini, xai, keepa, amazon).forEach(EchoingUpstream::close);
    }
}
