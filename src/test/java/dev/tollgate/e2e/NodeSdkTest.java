package dev.tollgate.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

import dev.tollgate.e2e.AmazonServer.Call;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.sandbox.SpApiSimulator.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Three SDKs for Node, as they are installed, behind the front that {@code docs/amazon-sdks.md} tells to set up; at a gateway
 * that asks for keys. Skipped where there is no Node, no nginx, or nowhere to install from.
 */
@TestPropertySource(properties = { "TOLLGATE_ADMIN_KEY=" + KeyTest.ADMIN, "tollgate.keys.failures=3" })
// See SellerTimesTest.
@DirtiesContext
class NodeSdkTest extends SellerTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PASSWORD = "password-of-this-test";
    private static final String RDT = "Atz.sprdt|" + "x".repeat(1_000);
    private static final List<String> SKUS = List.of("plain", "a/b", "/a//b/", "a\\b", "a b", "a+b", "50%", "%2F", "商品 1", "é", "a?b#c", "a;b=c", "a&b", "(x)'*!",
            "a|b{c}", "~.x", "..a", "a:b@c,d$e");

    private final List<Process> running = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        running.forEach(Process::destroyForcibly);
    }

    @Test
    void theSdksRunUnmodifiedBehindTheFront() throws Exception {
        Path sdks = installed();
        int front = front();
        String seller = "A1NODE";
        assertThat(call("POST", "/admin/sellers", KeyTest.ADMIN, "{\"sellerId\":\"" + seller
                + "\",\"marketplaceIds\":[\"ATVPDKIKX0DER\"],\"refreshToken\":\"Atzr|sandbox." + seller + ".x\"}").status()).isEqualTo(201);
        String key = key(",\"sellerId\":\"" + seller + "\"");
        amazon.reset();
        amazon.script((call, number) -> call.isToken() ? null : answer(call));

        List<JsonNode> said = run(sdks, Map.of("KEY", key, "SELLER", seller, "FRONT_PORT", String.valueOf(front), "SKUS", JSON.writeValueAsString(SKUS),
                "NODE_EXTRA_CA_CERTS", folder.resolve("amazon.crt").toString(), "NODE_OPTIONS", "--require " + sdks.resolve("hosts.cjs")));

        for (String sdk : List.of("amazon-sp-api", "@sp-api-sdk", "official")) {
            List<JsonNode> its = said.stream().filter(one -> one.path("sdk").asText().equals(sdk)).toList();
            assertThat(its).extracting(one -> one.path("what").asText()).as(sdk).hasSize(SKUS.size() + 2).contains("restricted", "grantless");
            assertThat(its.stream().filter(one -> one.path("what").asText().equals("sku")).map(one -> one.path("result").path("sku").asText()))
                    .as("the SKU as Amazon reads it").containsExactlyElementsOf(SKUS);
        }
        assertThat(amazon.calls()).hasSizeGreaterThan(50).noneMatch(call -> call.headers().toString().contains("tg_"));
        assertThat(tokensOf("/listings/")).allMatch(token -> seller.equals(amazon.ownerOf(token)));
        assertThat(tokensOf("/orders/v0/orders/902-1/address")).hasSize(3).containsOnly(RDT);
        assertThat(tokensOf("/notifications/")).hasSize(3).allMatch(token -> "the application".equals(amazon.ownerOf(token)));
        assertThat(said.toString()).doesNotContain("sprdt", "Atza|");
        assertThat(call("GET", "/sp-api/sellers/v1/account", key(",\"sellerId\":\"" + seller + "\""), null).status())
                .as("another program's key, from the same address").isEqualTo(200);
    }

    /** As Amazon would: the SKU behind the path, decoded. */
    private static Reply answer(Call call) {
        String[] parts = call.path().split("/", -1);
        String sku = URLDecoder.decode(parts[parts.length - 1].replace("+", "%2B"), StandardCharsets.UTF_8);
        try {
            String body = call.path().endsWith("/restrictedDataToken") ? "{\"restrictedDataToken\":\"" + RDT + "\",\"expiresIn\":3600}"
                    : call.path().startsWith("/listings/") ? JSON.writeValueAsString(Map.of("sku", sku)) : call.path().startsWith("/notifications/") ? "{\"payload\":[]}" : "{\"payload\":{}}";
            return new Reply(200, Map.of("Content-Type", "application/json", "x-amzn-RateLimit-Limit", "5.0"), body);
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> tokensOf(String path) {
        return amazon.calls().stream().filter(call -> call.path().startsWith(path)).map(call -> call.headers().get("x-amz-access-token")).toList();
    }

    /** The SDKs, from wherever npm installs here; once for many runs. */
    private static Path installed() throws Exception {
        assumeTrue(succeeds("node", "--version") && succeeds("npm", "--version"), "there is no Node");
        Path sdks = Files.createDirectories(Path.of("target/sdk").toAbsolutePath());
        try (Stream<Path> files = Files.list(Path.of("src/test/sdk"))) {
            for (Path file : files.toList()) {
                Files.copy(file, sdks.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Process npm = new ProcessBuilder("npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund").directory(sdks.toFile())
                .redirectErrorStream(true).redirectOutput(sdks.resolve("npm.log").toFile()).start();
        assumeTrue(npm.waitFor(5, TimeUnit.MINUTES) && npm.exitValue() == 0, "the SDKs cannot be installed");
        return sdks;
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        }
        catch (IOException absent) {
            return false;
        }
    }

    /** nginx with the very lines of the page; the port that it listens at. */
    private int front() throws Exception {
        assumeTrue(succeeds("nginx", "-v"), "there is no nginx");
        certificate();
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        String page = Files.readString(Path.of("docs/amazon-sdks.md"));
        String server = page.substring(page.indexOf("```nginx\n") + 9, page.indexOf("\n```\n", page.indexOf("```nginx\n")))
                .replace("listen 443 ssl", "listen 127.0.0.1:" + free + " ssl").replace("/etc/nginx/", folder + "/").replace("127.0.0.1:8080", "127.0.0.1:" + port);
        Path conf = Files.writeString(folder.resolve("nginx.conf"), "daemon off; master_process off; pid " + folder + "/pid; error_log " + folder + "/error.log;\n"
                + "events { }\nhttp { access_log off; client_body_temp_path " + folder + "/body; proxy_temp_path " + folder + "/proxy;\n"
                + "fastcgi_temp_path " + folder + "/fastcgi; uwsgi_temp_path " + folder + "/uwsgi; scgi_temp_path " + folder + "/scgi;\n" + server + "\n}\n");
        running.add(new ProcessBuilder("nginx", "-p", folder.toString(), "-c", conf.toString(), "-e", folder + "/error.log").redirectErrorStream(true)
                .redirectOutput(folder.resolve("nginx.log").toFile()).start());
        await().ignoreExceptions().until(() -> {
            new Socket(InetAddress.getLoopbackAddress(), free).close();
            return true;
        });
        return free;
    }

    private void certificate() throws Exception {
        Path store = folder.resolve("tls.p12");
        assertThat(succeeds(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "tls", "-keyalg", "EC",
                "-dname", "CN=amazon", "-ext", "san=dns:api.amazon.com,dns:sellingpartnerapi-na.amazon.com", "-storetype", "PKCS12",
                "-keystore", store.toString(), "-storepass", PASSWORD)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        pem("amazon.crt", "CERTIFICATE", keys.getCertificate("tls").getEncoded());
        pem("amazon.key", "PRIVATE KEY", keys.getKey("tls", PASSWORD.toCharArray()).getEncoded());
    }

    private void pem(String file, String what, byte[] bytes) throws IOException {
        Files.writeString(folder.resolve(file), "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
                + "\n-----END " + what + "-----\n");
    }

    private List<JsonNode> run(Path sdks, Map<String, String> environment) throws Exception {
        ProcessBuilder node = new ProcessBuilder("node", "run.mjs").directory(sdks.toFile()).redirectErrorStream(true)
                .redirectOutput(folder.resolve("node.log").toFile());
        node.environment().putAll(environment);
        Process process = node.start();
        running.add(process);
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        String log = Files.readString(folder.resolve("node.log"));
        assertThat(ended && process.exitValue() == 0).as(log).isTrue();
        List<JsonNode> said = new ArrayList<>();
        for (String line : log.split("\n")) {
            if (line.startsWith("{\"sdk\"")) {
                said.add(JSON.readTree(line));
            }
        }
        return said;
    }

    private String key(String more) {
        return call("POST", "/admin/keys", KeyTest.ADMIN, "{\"name\":\"test\",\"apis\":[\"sp-api\"]" + more + "}").json().path("key").asText();
    }

    private Answer call(String method, String path, String key, String body) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri(path)).header("Authorization", "Bearer " + key).header("Content-Type", "application/json")
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body)));
    }
}
