package dev.tollgate.e2e;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import org.junit.jupiter.api.Test;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** A gateway that speaks TLS itself, by Spring's own settings. */
@TestPropertySource(properties = {"tollgate.sp-api.client-id=id", "tollgate.sp-api.client-secret=secret-of-this-test",
    "tollgate.sp-api.application-id=app"})
class TlsGatewayTest extends GatewayTest {

    private static final String PASSWORD = "password-of-this-test";
    private static Path store;

    @DynamicPropertySource
    static void tls(DynamicPropertyRegistry registry) throws Exception {
        store = Files.createTempDirectory("tollgate-tls").resolve("tls.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
                "-alias", "tls", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1", "-storetype", "PKCS12",
                "-keystore", store.toString(), "-storepass", PASSWORD).inheritIO().start();
        assertThat(keytool.waitFor()).isZero();
        registry.add("server.ssl.key-store", store::toString);
        registry.add("server.ssl.key-store-password", () -> PASSWORD);
    }

    @Test
    void theCookieOfAConsentIsSecureThoughNoHeaderSaysSo() throws Exception {
        HttpResponse<String> start = client().send(HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/connect")).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(start.statusCode()).isEqualTo(302);
        assertThat(start.headers().firstValue("Set-Cookie").orElseThrow()).endsWith("; Secure");
    }

    private static HttpClient client() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            trusted.load(in, PASSWORD.toCharArray());
        }
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry("tls", trusted.getCertificate("tls"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(certificates);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }
}
