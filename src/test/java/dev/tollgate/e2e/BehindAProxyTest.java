package dev.tollgate.e2e;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** A gateway behind one proxy, 127.0.0.1; whoever calls from 127.0.0.9 is nobody's proxy. */
@TestPropertySource(properties = {"server.forward-headers-strategy=native", "server.tomcat.remoteip.internal-proxies=127\\.0\\.0\\.1",
    "tollgate.keys.failures=3", "tollgate.sp-api.client-id=id", "tollgate.sp-api.client-secret=secret-of-this-test",
    "tollgate.sp-api.application-id=app"})
class BehindAProxyTest extends KeyTest {

    private static final String PROXY = "127.0.0.1";
    private static final String STRANGER = "127.0.0.9";

    @Test
    void theAddressThatTheProxySawIsCountedWhateverItsCallerWroteBefore() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertThat(wrong(PROXY, "X-Forwarded-For: 192.0.2." + i + ", 10.0.0.7")).startsWith("HTTP/1.1 401");
        }
        assertThat(wrong(PROXY, "X-Forwarded-For: 192.0.2.99, 10.0.0.7")).startsWith("HTTP/1.1 429");
        assertThat(wrong(PROXY, "X-Forwarded-For: 127.0.0.1, 10.0.0.7")).startsWith("HTTP/1.1 429");
        assertThat(wrong(PROXY, "X-Forwarded-For: 10.0.0.8")).as("another caller").startsWith("HTTP/1.1 401");
    }

    @Test
    void aStrangerCannotChooseItsAddress() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertThat(wrong(STRANGER, "X-Forwarded-For: 192.0.2." + i)).startsWith("HTTP/1.1 401");
        }
        assertThat(wrong(STRANGER, "X-Forwarded-For: 192.0.2.99")).startsWith("HTTP/1.1 429");
    }

    @Test
    void noAddressOpensAnythingWithoutAKey() throws IOException {
        for (String header : new String[] {"X-Forwarded-For: 127.0.0.1, 10.0.0.7", "X-Forwarded-For: localhost", "Forwarded: for=127.0.0.1"}) {
            assertThat(send(PROXY, "GET /admin/keys", header, "")).startsWith("HTTP/1.1 401");
        }
    }

    @Test
    void theCookieOfAConsentIsSecureWhereATrustedProxySpeaksTls() throws IOException {
        String key = "\r\nAuthorization: Bearer " + ADMIN;
        assertThat(send(PROXY, "GET /connect", "X-Forwarded-Proto: https" + key, "")).startsWith("HTTP/1.1 302").contains("; Secure\r\n");
        assertThat(send(PROXY, "GET /connect", "X-Forwarded-Proto: http" + key, "")).startsWith("HTTP/1.1 302").doesNotContain("Secure");
        assertThat(send(PROXY, "GET /connect?X-Forwarded-Proto=https", "X-A: b" + key, "")).startsWith("HTTP/1.1 302").doesNotContain("Secure");
        assertThat(send(STRANGER, "GET /connect", "X-Forwarded-Proto: https" + key, "")).startsWith("HTTP/1.1 302").doesNotContain("Secure");
    }

    @Test
    void noHeaderBuildsAnAddress() throws IOException {
        String made = send(PROXY, "POST /admin/keys", "X-Forwarded-Host: evil.example\r\nX-Forwarded-Prefix: //evil.example\r\n"
                + "Authorization: Bearer " + ADMIN, "{\"name\":\"x\",\"apis\":[\"gemini\"]}");
        assertThat(made).startsWith("HTTP/1.1 201").contains("Location: /admin/keys/").doesNotContain("evil");
        assertThat(send(PROXY, "GET /docs", "X-Forwarded-Host: evil.example", "")).doesNotContain("evil");
    }

    private String wrong(String from, String header) throws IOException {
        return send(from, "GET /status", header + "\r\nAuthorization: Bearer wrong", "");
    }

    private String send(String from, String request, String headers, String body) throws IOException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write((request + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n" + headers
                    + "\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
