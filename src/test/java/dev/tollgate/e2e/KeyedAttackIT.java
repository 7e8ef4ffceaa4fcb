package dev.tollgate.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;

import dev.tollgate.Codings;
import dev.tollgate.e2e.Gateway.Answer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What somebody whose key opens every API sends, or does not read, to take the gateway's memory. */
class KeyedAttackIT extends Besieged {

    private static final int LARGE = 31_000_000;
    private static final String SELLER = "A1ATTACKER";
    private static final String COMPANY = "ATTACKER";

    /** What every upstream answers when nothing else is said: what each of the APIs wants to read in a good answer. */
    private static final String GOOD = "{\"timestamp\":1,\"tokensLeft\":60000,\"refillIn\":1000,\"refillRate\":1000,\"tokensConsumed\":1,"
            + "\"access_token\":\"Atza|of-this-test-0123456789\",\"token_type\":\"bearer\",\"expires_in\":3600,"
            + "\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"{}\"}]},\"finishReason\":\"STOP\"}],"
            + "\"usageMetadata\":{\"promptTokenCount\":1,\"candidatesTokenCount\":1,\"totalTokenCount\":2},"
            + "\"choices\":[{\"message\":{\"content\":\"{\\\"verdict\\\":true}\"},\"finish_reason\":\"stop\"}],"
            + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2},\"products\":[]}";

    /** A path of every API that passes a body on, and where its refusals say why. */
    private static final Map<String, String> PASSING = new LinkedHashMap<>(Map.of(
            "/keepa/query", "/error/message", "/xai/v1/chat/completions", "/error",
            "/gemini/v1beta/models/m:generateContent", "/error/message", "/sp-api/feeds/2021-06-30/feeds", "/errors/0/message",
            "/parts/x", "/message", "/jobs/keepa-backfill", "/message"));

    /** Paths whose bodies are read here. */
    private static final List<String> READING = List.of("/judge", "/learn", "/jobs/keepa-backfill", "/jobs/restriction-check", "/keepa/query",
            "/extract", "/admin/keys", "/connect");

    private static final String ON_DEMAND = "All attacks take ten minutes: -Dtollgate.attacks=all";

    private static volatile boolean attacking;
    private static final RawUpstream upstream = new RawUpstream();

    static List<String> passing() {
        return List.copyOf(PASSING.keySet());
    }

    static Stream<String> all() {
        return Stream.concat(PASSING.keySet().stream(), READING.stream()).distinct();
    }

    @Override
    List<String> apis() {
        return Stream.concat(super.apis().stream(), Stream.of("parts")).toList();
    }

    @Override
    Map<String, String> settings() throws IOException {
        good();
        Path routes = folder.resolve("routes");
        FileSystemUtils.copyRecursively(Path.of("routes"), routes);
        Files.createDirectories(routes.resolve("parts"));
        Files.writeString(routes.resolve("parts/parts.camel.yaml"), OwnRoute.of("parts", "token-bucket-action: {name: parts, tokens: 1000000, per: 1s}",
                "http-call-action: {url: \"%s\"}".formatted(upstream.url())));
        Map<String, String> settings = super.settings();
        for (String api : List.of("keepa", "xai", "gemini", "sp-api")) {
            settings.put("tollgate." + api + ".base-url", upstream.url());
        }
        settings.put("tollgate.sp-api.lwa-url", upstream.url() + "/auth/o2/token");
        settings.put("tollgate.xai.daily-limit", "1000000");
        settings.put("tollgate.keepa.calls-per-second", "1000");
        settings.put("tollgate.retry.max-retries", "0");
        settings.putAll(Map.of("tollgate.sp-api.application-rate", "10000", "tollgate.sp-api.rates.createFeed.calls", "10000",
                "tollgate.sp-api.rates.createFeed.per", "1s", "tollgate.sp-api.rates.createFeed.burst", "10000"));
        return settings;
    }

    private static void good() {
        attacking = false;
        upstream.reset((line, target) -> line.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                + GOOD.length() + "\r\n\r\n" + GOOD));
    }

    /** A stream that ends with the attack: what was begun is paid for and read to its end, whoever leaves. */
    private static void stream(String begin, String piece, long pauseMillis) {
        attacking = true;
        upstream.reset((line, target) -> {
            line.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + begin);
            while (attacking) {
                line.write(piece);
                Thread.sleep(pauseMillis);
            }
            line.cut();
        });
    }

    @Override
    void warmUp() {
        assertThat(admin("/admin/tokens", ("{\"CompanyID\":\"%s\",\"CompanyName\":\"x\",\"ApiKey\":\"gemini-of-this-test\","
                + "\"Provider\":\"Gemini\",\"TotalTokenLimit\":1000000000,\"Threshold\":1}").formatted(COMPANY)).status()).isEqualTo(201);
        assertThat(admin("/admin/sellers", ("{\"sellerId\":\"%s\",\"marketplaceIds\":[\"ATVPDKIKX0DER\"],"
                + "\"refreshToken\":\"Atzr|of-this-test-0123456789\"}").formatted(SELLER)).status()).isEqualTo(201);
        for (int i = 0; i < 10; i++) {
            passesAgain();
            all().forEach(path -> send(path, "x".getBytes(US_ASCII)));
        }
        super.warmUp();
    }

    private Answer admin(String path, String json) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri(path)).header("Authorization", "Bearer " + ADMIN)
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(json)));
    }

    @AfterEach
    void passesAgainAfterwards() {
        good();
        await().atMost(Duration.ofMinutes(1)).untilAsserted(this::passesAgain);
    }

    @AfterAll
    static void stopUpstream() throws IOException {
        upstream.close();
    }

    /** Every API, and what it takes. */
    private void passesAgain() {
        for (String path : PASSING.keySet()) {
            String body = path.startsWith("/jobs") ? "{\"asins\":[]}" : "{}";
            assertThat(send(path, body.getBytes(US_ASCII)).status()).as(path).isEqualTo(path.startsWith("/jobs") ? 400 : 200);
        }
    }

    private Answer send(String path, byte[] body) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri(path)).header("Authorization", "Bearer " + key)
                .header("X-Seller-Id", SELLER).header("X-Company-Id", COMPANY).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body)));
    }

    private String head(Flood flood, String method, String path, String... more) {
        return flood.head(method, path, Stream.concat(Stream.of("Authorization: Bearer " + key, "X-Seller-Id: " + SELLER,
                "X-Company-Id: " + COMPANY), Stream.of(more)).toArray(String[]::new));
    }

    /** Whole ones, twelve at a time: each passes, or is told that there is no room now. */
    @ParameterizedTest
    @EnabledIfSystemProperty(named = "tollgate.attacks", matches = "all", disabledReason = ON_DEMAND)
    @MethodSource("passing")
    void bodiesOf31MegabytesAtOncePassOrAreToldToComeBack(String path) {
        try (Flood flood = new Flood(process.port())) {
            for (int i = 0; i < 12; i++) {
                flood.send(head(flood, "POST", path, "Content-Type: application/json", "Content-Length: " + LARGE), LARGE);
            }
            healthy("twelve bodies of 31 MB to " + path);
            List<String> answers = flood.answers();
            System.out.println(path + ": " + answers);
            assertThat(answers).allMatch(line -> line.matches("HTTP/1.1 (2\\d\\d|4\\d\\d|503).*"), "answered");
        }
    }

    @Test
    void whileTheAccountIsFullEveryApiSaysSoInItsOwnWords() {
        try (Flood flood = new Flood(process.port())) {
            flood.send(head(flood, "POST", "/parts/x", "Content-Length: " + LARGE), LARGE - 1_000_000);
            flood.send(head(flood, "POST", "/parts/x", "Content-Length: " + LARGE), LARGE - 1_000_000);
            flood.send(head(flood, "POST", "/parts/x", "Content-Length: " + LARGE), 20_000_000);
            await().until(() -> metric("tollgate_bodies_memory_bytes") > 75_000_000);
            for (Map.Entry<String, String> path : PASSING.entrySet()) {
                Answer answer = send(path.getKey(), new byte[LARGE]);
                assertThat(answer.status()).as(path.getKey() + ": " + answer.text()).isEqualTo(503);
                assertThat(Long.parseLong(answer.header("Retry-After"))).isBetween(1L, 60L);
                assertThat(answer.json().at(path.getValue()).asText()).as(answer.text()).contains("no room");
            }
            healthy("while the account is full");
        }
    }

    /** Each sends all but the end, and then a byte now and then. */
    @Test
    void whoHoldsRoomAndDripsIsToldThatThisIsTooSlow() throws Exception {
        List<Socket> held = new ArrayList<>();
        try (Flood flood = new Flood(process.port())) {
            for (int i = 0; i < 2; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), process.port());
                held.add(socket);
                socket.getOutputStream().write(head(flood, "POST", "/parts/x", "Content-Length: " + LARGE).getBytes(ISO_8859_1));
                socket.getOutputStream().write(new byte[LARGE - 1_000_000]);
            }
            long begun = System.nanoTime();
            boolean[] cut = new boolean[held.size()];
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofSeconds(2)).until(() -> {
                for (int i = 0; i < cut.length; i++) {
                    cut[i] = cut[i] || isCut(held.get(i));
                }
                return cut[0] && cut[1];
            });
            System.out.printf("bodies that drip were ended after %d s%n", (System.nanoTime() - begun) / 1_000_000_000);
        }
        finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    /** Sends one byte more. */
    private static boolean isCut(Socket socket) throws IOException {
        try {
            socket.getOutputStream().write('a');
            return socket.getInputStream().available() > 0;
        }
        catch (IOException closed) {
            return true;
        }
    }

    static Stream<String> pieces() {
        return Stream.of("[", "{\"a\":", "[{},", "[],", "\"a\":1,", "\\u0000", "\"", "1", "0.1e9,", "a=b&", "{\"asins\":[\"B000000001\",", "%00", "\n");
    }

    /** As much as fits, four at a time. */
    @ParameterizedTest
    @EnabledIfSystemProperty(named = "tollgate.attacks", matches = "all", disabledReason = ON_DEMAND)
    @MethodSource("pieces")
    void whatIsDeepOrLongOrManyIsAnsweredWhereverItIsRead(String piece) {
        byte[] prefix = switch (piece) {
            case "[{},", "[],", "0.1e9,", "1" -> "[".getBytes(US_ASCII);
            case "\"a\":1," -> "{".getBytes(US_ASCII);
            case "\\u0000" -> "{\"title\":\"".getBytes(US_ASCII);
            default -> new byte[0];
        };
        for (int size : new int[] {60_000, 1_000_000, 4_000_000, 20_000_000}) {
            byte[] body = (new String(prefix, US_ASCII) + piece.repeat(size / piece.length())).getBytes(US_ASCII);
            List<CompletableFuture<Integer>> answers = all().flatMap(path -> IntStream.range(0, 2).mapToObj(n ->
                    CompletableFuture.supplyAsync(() -> send(path, body).status()))).toList();
            healthy("%d bytes of %s".formatted(size, piece.strip()));
            assertThat(answers.stream().map(CompletableFuture::join)).as("%d of %s", size, piece).allMatch(status -> status < 500 || status == 503);
        }
    }

    /** Selections of Keepa that fit the limit of what is read, as many at once as the account takes. */
    @Test
    void manyBodiesThatAreReadAtOnceFitBesideEachOther() {
        byte[] selection = ("[" + "{},".repeat(60_000) + "{}]").getBytes(US_ASCII);
        List<CompletableFuture<Integer>> answers = IntStream.range(0, 300).mapToObj(n -> CompletableFuture.supplyAsync(() ->
                send(n % 3 == 0 ? "/learn" : "/keepa/query", selection).status(), task -> new Thread(task).start())).toList();
        healthy("300 bodies of 60,000 objects");
        assertThat(answers.stream().map(CompletableFuture::join)).allMatch(status -> status < 500 || status == 503);
    }

    @ParameterizedTest
    @EnabledIfSystemProperty(named = "tollgate.attacks", matches = "all", disabledReason = ON_DEMAND)
    @ValueSource(strings = {"fields", "files", "headers", "field", "name", "nested"})
    void uploadsOfManyOrLargePartsAreRefused(String kind) {
        String part = switch (kind) {
            case "files" -> "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n%PDF-1.4\r\n";
            case "headers" -> "--b\r\n" + "X-A: b\r\n".repeat(1000) + "\r\n\r\n";
            case "field" -> "--b\r\nContent-Disposition: form-data; name=\"companyID\"\r\n\r\n" + "a".repeat(60_000);
            case "name" -> "--b\r\nContent-Disposition: form-data; name=\"" + "a".repeat(60_000) + "\"\r\n\r\n\r\n";
            case "nested" -> "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
            default -> "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n";
        };
        try (Flood flood = new Flood(process.port())) {
            for (int i = 0; i < 12; i++) {
                flood.send(head(flood, "POST", "/extract", "Content-Length: " + 24_000_000, "Content-Type: multipart/form-data; boundary=b"),
                        part.getBytes(US_ASCII), 24_000_000);
            }
            healthy("twelve uploads of " + kind);
            assertThat(flood.answers()).allMatch(line -> line.matches("HTTP/1.1 (400|408|413|422|503).*"), "refused");
        }
    }

    @Test
    void uploadsThatStallHoldWhatTheAccountHas() {
        byte[] file = ("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n%PDF-1.4" + "a".repeat(60_000)).getBytes(US_ASCII);
        try (Flood flood = new Flood(process.port())) {
            for (int i = 0; i < 60; i++) {
                flood.send(head(flood, "POST", "/extract", "Content-Length: 24000000", "Content-Type: multipart/form-data; boundary=b"),
                        file, file.length);
                flood.send(head(flood, "POST", PASSING.keySet().stream().skip(i % PASSING.size()).findFirst().orElseThrow(),
                        "Content-Length: " + LARGE), LARGE - 1_000_000);
                flood.send(head(flood, "POST", "/parts/x", "Transfer-Encoding: chunked"), ("10000\r\n" + "a".repeat(0x10000) + "\r\n").getBytes(US_ASCII), LARGE);
            }
            healthy("180 uploads that stall");
        }
    }

    @Test
    void compressedBodiesThatComeToMuchFitBesideEachOther() {
        byte[] bomb = Codings.gzip(new byte[200_000_000]);
        for (String path : all().toList()) {
            List<CompletableFuture<Answer>> answers = IntStream.range(0, 4).mapToObj(n -> CompletableFuture.supplyAsync(() -> gateway.send(
                    HttpRequest.newBuilder(gateway.uri(path)).header("Authorization", "Bearer " + key).header("X-Seller-Id", SELLER)
                            .header("X-Company-Id", COMPANY).header("Content-Encoding", "gzip").header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofByteArray(bomb))))).toList();
            healthy("gzip bombs to " + path);
            assertThat(answers.stream().map(answer -> answer.join().status())).as(path).allMatch(status -> status < 500 || status == 503);
        }
    }

    /** What a caller chooses freely becomes the name of nothing that stays. */
    @Test
    void thousandsOfHeadersParametersAndKeysThatDifferAreNotKept() {
        for (int i = 0; i < 3000; i++) {
            String long1 = i + "-" + "x".repeat(1500);
            for (String path : List.of("/parts/x", "/keepa/product?asin=B%09d&a%s=b".formatted(i, long1), "/sp-api/catalog/2022-04-01/items/" + i + "?x=" + long1)) {
                int n = i;
                if ((i + path.length()) % 3 == 0) {
                    gateway.send(HttpRequest.newBuilder(gateway.uri(path)).header("Authorization", "Bearer " + key)
                            .header("X-Seller-Id", n % 2 == 0 ? SELLER : long1).header("X-Company-Id", long1).header("X-Request-Id", "id-" + i)
                            .header("Idempotency-Key", long1).header("X-Tollgate-Class", long1).header("X-" + long1, long1)
                            .header("X-Tollgate-Cache", long1).header("traceparent", "00-%032x-%016x-01".formatted(i + 1, i + 1)).GET());
                }
            }
            gateway.send(HttpRequest.newBuilder(gateway.uri("/status")).header("Authorization", "Bearer tg_" + long1).GET());
            gateway.send(HttpRequest.newBuilder(gateway.uri("/jobs/keepa-backfill")).header("Authorization", "Bearer " + key)
                    .header("Idempotency-Key", long1).POST(BodyPublishers.ofString("{\"asins\":[]}")));
            call("GET", "/token/status?companyID=" + long1, key, null);
            call("GET", "/jobs/" + i, key, null);
        }
        healthy("thousands of texts");
    }

    @ParameterizedTest
    @EnabledIfSystemProperty(named = "tollgate.attacks", matches = "all", disabledReason = ON_DEMAND)
    @ValueSource(strings = {"/xai/v1/chat/completions", "/gemini/v1beta/models/m:streamGenerateContent?alt=sse", "/parts/x"})
    void streamsThatNobodyReadsHoldLittle(String path) {
        String event = "data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\r\n\r\n".formatted("x".repeat(8000));
        stream("", event, 1);
        try (Flood flood = new Flood(process.port())) {
            byte[] body = "{\"stream\":true}".getBytes(US_ASCII);
            for (int i = 0; i < 100; i++) {
                flood.send(head(flood, "POST", path, "Content-Type: application/json", "Content-Length: " + body.length), body, body.length);
            }
            await().until(() -> upstream.hits() >= 50);
            healthy("a hundred streams that nobody reads, " + path);
        }
    }

    /** An event without an end: of what passes on nothing is gathered. */
    @ParameterizedTest
    @EnabledIfSystemProperty(named = "tollgate.attacks", matches = "all", disabledReason = ON_DEMAND)
    @ValueSource(strings = {"/xai/v1/chat/completions", "/gemini/v1beta/models/m:streamGenerateContent?alt=sse"})
    void eventsWithoutAnEndAreNotGathered(String path) throws InterruptedException {
        stream("data: {\"usage\":\"", "x".repeat(64_000), 100);
        List<Thread> readers = new ArrayList<>();
        List<Socket> sockets = new ArrayList<>();
        try (Flood flood = new Flood(process.port())) {
            String body = "{\"stream\":true}";
            for (int i = 0; i < 40; i++) {
                Thread reader = new Thread(() -> readAll(sockets, head(flood, "POST", path, "Content-Type: application/json",
                        "Content-Length: " + body.length()) + body));
                reader.setDaemon(true);
                readers.add(reader);
                reader.start();
            }
            await().until(() -> upstream.hits() >= 30);
            Thread.sleep(15_000);
            healthy("forty events without an end, " + path);
        }
        finally {
            synchronized (sockets) {
                sockets.forEach(KeyedAttackIT::close);
            }
        }
    }

    private void readAll(List<Socket> sockets, String request) {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), process.port());
            synchronized (sockets) {
                sockets.add(socket);
            }
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[64_000];
            while (in.read(buffer) >= 0) {
                // nothing is kept here either
            }
        }
        catch (IOException ended) {
            // that is what the gateway may do
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        }
        catch (IOException gone) {
            // that is what was wanted
        }
    }

    static Stream<String> answers() {
        return Stream.concat(passing().stream().filter(path -> !path.startsWith("/jobs")), Stream.of("/judge", "/learn"));
    }

    /** Forty at once of 30 MB each, from upstreams that answer as fast as they are read. */
    @ParameterizedTest
    @EnabledIfSystemProperty(named = "tollgate.attacks", matches = "all", disabledReason = ON_DEMAND)
    @MethodSource("answers")
    void largeAnswersThatNobodyReadsFitBesideEachOther(String path) throws Exception {
        large(30 << 20, "");
        floodOfAnswers(path, "answers of 30 MB");
    }

    @ParameterizedTest
    @EnabledIfSystemProperty(named = "tollgate.attacks", matches = "all", disabledReason = ON_DEMAND)
    @MethodSource("answers")
    void answersThatInflateFitBesideEachOther(String path) throws Exception {
        byte[] bomb = Codings.gzip(("{\"timestamp\":1,\"x\":\"" + "x".repeat(60_000_000) + "\"}").getBytes(US_ASCII));
        String text = new String(bomb, ISO_8859_1);
        upstream.reset((line, target) -> line.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: "
                + bomb.length + "\r\n\r\n" + text));
        floodOfAnswers(path, "answers of 60 KB that become 60 MB");
    }

    @ParameterizedTest
    @EnabledIfSystemProperty(named = "tollgate.attacks", matches = "all", disabledReason = ON_DEMAND)
    @MethodSource("answers")
    void errorsOfThirtyMegabytesFitBesideEachOther(String path) throws Exception {
        upstream.reset((line, target) -> {
            line.write("HTTP/1.1 400 No\r\nContent-Type: application/json\r\nContent-Length: " + 480 * 65_536 + "\r\n\r\n");
            for (int i = 0; i < 480; i++) {
                line.write("[".repeat(65_536));
            }
        });
        floodOfAnswers(path, "errors of 30 MB");
    }

    private static void large(int bytes, String prefix) {
        String piece = "x".repeat(65_536);
        String begin = prefix + "{\"timestamp\":1,\"tokensLeft\":60000,\"refillIn\":1000,\"refillRate\":1000,\"tokensConsumed\":1,\"x\":\"";
        int pieces = bytes / piece.length();
        upstream.reset((line, target) -> {
            line.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                    + (begin.length() + pieces * piece.length() + 2) + "\r\n\r\n" + begin);
            for (int i = 0; i < pieces; i++) {
                line.write(piece);
            }
            line.write("\"}");
        });
    }

    private void floodOfAnswers(String path, String what) throws InterruptedException {
        try (Flood flood = new Flood(process.port())) {
            byte[] body = (path.equals("/learn") ? "{\"text\":\"x\"}" : "{\"title\":\"%d\",\"category\":\"b\",\"season\":\"c\",\"price\":1}")
                    .getBytes(US_ASCII);
            for (int i = 0; i < 40; i++) {
                byte[] own = new String(body, US_ASCII).replace("%d", String.valueOf(System.nanoTime())).getBytes(US_ASCII);
                flood.send(head(flood, "POST", path, "Content-Type: application/json", "Content-Length: " + own.length), own, own.length);
            }
            await().until(() -> upstream.hits() > 0);
            Thread.sleep(3000);
            healthy("forty " + what + " to " + path);
            assertThat(process.isAlive()).as(process.console()).isTrue();
        }
    }
}
