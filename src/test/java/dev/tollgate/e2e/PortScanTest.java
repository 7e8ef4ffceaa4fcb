package dev.tollgate.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.test.context.TestPropertySource;

import dev.tollgate.disk.Crowd;
import dev.tollgate.e2e.RawHttp.Reply;
import dev.tollgate.e2e.RawHttp.Sender;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

/** Everything that a scanner, a mistaken client or an attacker sends: the right 4xx, and no call upstream. */
@TestPropertySource(properties = {"server.tomcat.connection-timeout=3s", "tollgate.body-timeout=4s",
    "tollgate.max-body-size=1MB"})
class PortScanTest extends KeyTest {

    private static final String CRLF = "\r\n";
    private static final String MULTIPART = "Content-Type: multipart/form-data; boundary=b";

    private RawHttp raw;
    private String key;
    private String foreign;
    private String revoked;
    private String narrow;

    private record Wrong(String name, int status, Sender sender) {
    }

    @BeforeEach
    void keys() {
        raw = new RawHttp(port);
        company("SCAN", "provider-key-of-scan", "Active");
        company("OTHER", "provider-key-of-other", "Active");
        key = keyFor("\"gemini\"", "SCAN");
        foreign = keyFor("\"gemini\"", "OTHER");
        narrow = keyFor("\"keepa\"", null);
        var made = newKey("revoked", "\"gemini\"", "SCAN").json();
        revoked = made.path("key").asText();
        admin("DELETE", "/admin/keys/" + made.path("id").asText(), null);
    }

    /** All come at once, because some take seconds to be refused. */
    @TestFactory
    Stream<DynamicTest> eachWrongIsAnsweredWithItsStatusAndReachesNoUpstream() throws Exception {
        List<Wrong> wrongs = wrongs();
        List<Reply> replies = Crowd.of(wrongs.size(), n -> () -> raw.send(wrongs.get(n).sender()));
        return IntStream.range(0, wrongs.size()).mapToObj(n -> DynamicTest.dynamicTest(wrongs.get(n).name(), () -> {
            Wrong wrong = wrongs.get(n);
            Reply reply = replies.get(n);
            assertThat(reply.status()).as(reply.text()).isEqualTo(wrong.status());
            assertThat(reply.text().toLowerCase()).contains("x-request-id: ");
            assertThat(reply.text()).doesNotContain(key, foreign, revoked, narrow, ADMIN, "<html", "Tomcat");
            assertThat(gemini.hits()).as("calls upstream").isZero();
        }));
    }

    @Test
    void connectionsThatNeverFinishTheirHeadersHoldNobodyUp() throws IOException {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < 600; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.getOutputStream().write(("GET / HTTP/1.1\r\nHost: " + host() + "\r\nX-Slow: ").getBytes(ISO_8859_1));
                open.add(socket);
            }
            assertThat(call("GET", "/token/status?companyID=SCAN", key, null).status()).isEqualTo(200);
            for (Socket socket : open) {
                socket.setSoTimeout(120_000);
                assertThat(read(socket)).as("closed without an answer").isEqualTo(-1);
            }
        }
        finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private List<Wrong> wrongs() {
        List<Wrong> wrongs = new ArrayList<>();
        add(wrongs, "no key", 401, upload(null, "SCAN", ""));
        add(wrongs, "wrong key", 401, upload("tg_" + "A".repeat(43), "SCAN", ""));
        add(wrongs, "no key of ours at all", 401, upload("sk-whatever", "SCAN", ""));
        add(wrongs, "foreign key", 403, upload(foreign, "SCAN", ""));
        add(wrongs, "foreign key, company in a header", 403, get("/token/status?companyID=OTHER", foreign, "companyid: SCAN"));
        add(wrongs, "foreign key, company spelled otherwise", 403, get("/token/status?companyid=SCAN", foreign));
        add(wrongs, "key of another API", 403, upload(narrow, "SCAN", ""));
        add(wrongs, "revoked key", 401, upload(revoked, "SCAN", ""));
        add(wrongs, "caller's key at /admin", 403, get("/admin/keys", key));
        add(wrongs, "caller's key at /actuator", 403, get("/actuator/env", key));
        add(wrongs, "key in the query of a path that takes none there", 401, get("/token/status?companyID=SCAN&key=" + key, null));
        add(wrongs, "key in x-goog-api-key of a path that takes none there", 401,
                get("/token/status?companyID=SCAN", null, "x-goog-api-key: " + key));
        add(wrongs, "key as basic password", 401, get("/token/status?companyID=SCAN", null, "Authorization: Basic " + key));
        add(wrongs, "key in a cookie", 401, get("/token/status?companyID=SCAN", null, "Cookie: key=" + key));
        add(wrongs, "header of 1 MB", 431, get("/token/status", key, "X-Long: " + "a".repeat(1 << 20)));
        add(wrongs, "200 headers", 431, get("/token/status", key, "X-A: b\r\n".repeat(200).strip()));
        add(wrongs, "address of more than 15 KB", 414, get("/token/status?companyID=" + "a".repeat(15_600), key));
        add(wrongs, "slow body that stops", 408, out -> out.write(
                (head("POST", "/admin/keys", ADMIN, "Content-Length: 60000") + "{").getBytes(ISO_8859_1)));
        add(wrongs, "slow body that drips", 408, out -> drip(out, head("POST", "/admin/keys", ADMIN, "Content-Length: 60000"), 100));
        add(wrongs, "slow upload that drips", 408, out -> drip(out,
                head("POST", "/extract", key, MULTIPART, "Content-Length: 100000") + "--b\r\n", 100));
        add(wrongs, "slow body without a key", 401, out -> drip(out, head("POST", "/extract", null, "Content-Length: 100000"), 100));
        add(wrongs, "chunked bomb", 413, out -> chunks(out, head("POST", "/extract", key, "Transfer-Encoding: chunked"), 40));
        add(wrongs, "chunked bomb at /admin", 413, out -> chunks(out, head("POST", "/admin/keys", ADMIN, "Transfer-Encoding: chunked"), 40));
        add(wrongs, "chunk with an endless extension", 400, head("POST", "/admin/keys", ADMIN, "Transfer-Encoding: chunked")
                + "1;" + "x".repeat(100_000) + CRLF);
        add(wrongs, "chunk whose size is no number", 400, head("POST", "/admin/keys", ADMIN, "Transfer-Encoding: chunked") + "zz\r\n");
        add(wrongs, "chunk that never comes", 408, head("POST", "/admin/keys", ADMIN, "Transfer-Encoding: chunked") + "7fffffff\r\n");
        add(wrongs, "zip bomb", 415, get("/token/status", key, "Content-Encoding: gzip"));
        add(wrongs, "two lengths", 400, get("/token/status", key, "Content-Length: 5", "Content-Length: 6"));
        for (String path : List.of("/token/../admin/keys", "/static/../../etc/passwd", "/token/%2e%2e/admin/keys",
                "/token%2fstatus", "/token/%2e%2e%2f%2e%2e%2fetc/passwd", "/admin%2Fkeys",
                "/token/status%00", "/token/%5c..%5cstatus", "/token\\status", "/token/..;/admin/keys", "/token/%0d%0aX: y", "/%zz")) {
            add(wrongs, "path " + path, 400, get(path + "?companyID=SCAN", key));
        }
        add(wrongs, "doubly encoded dots", 403, get("/%252e%252e/admin/keys", key));
        add(wrongs, "two slashes before /admin", 403, get("//admin/keys", key));
        add(wrongs, "a parameter in /admin", 403, get("/admin;x=y/keys", key));
        add(wrongs, "a parameter in /admin, no key", 401, get("/admin;x=y/keys", null));
        add(wrongs, "letters of /admin encoded", 403, get("/%61dmin/keys", key));
        add(wrongs, "/admin in capitals", 403, get("/ADMIN/keys", key));
        add(wrongs, "out of a public path", 400, get("/actuator/health/..;/env", null));
        add(wrongs, "out of the simulated upstreams", 400, get("/sandbox/..;/admin/keys", null));
        add(wrongs, "a method that there is none of", 405, head("BREW", "/token/status", key));
        add(wrongs, "Camel header", 400, upload(key, "SCAN", "CamelHttpUri: http://127.0.0.1:1/" + CRLF));
        add(wrongs, "Camel header in small letters", 400, upload(key, "SCAN", "camelhttppath: /x" + CRLF));
        add(wrongs, "org.apache.camel header", 400, upload(key, "SCAN", "org.apache.camel.x: y" + CRLF));
        add(wrongs, "absolute form of another host", 400, raw("GET http://example.com/token/status HTTP/1.1", "Host: " + host(), key));
        add(wrongs, "absolute form of another host, named twice", 403,
                raw("GET http://example.com/token/status HTTP/1.1", "Host: example.com", key));
        add(wrongs, "host override", 403, raw("GET /token/status?companyID=SCAN HTTP/1.1", "Host: api.keepa.com", key));
        add(wrongs, "loopback host with another port", 403, raw("GET /token/status HTTP/1.1", "Host: localhost:1", key));
        add(wrongs, "host like ours", 403, raw("GET /token/status HTTP/1.1", "Host: 127.0.0.1.example.com:" + port, key));
        add(wrongs, "no host", 400, raw("GET /token/status HTTP/1.1", "X-No: host", key));
        add(wrongs, "two hosts", 400, raw("GET /token/status HTTP/1.1", "Host: " + host() + CRLF + "Host: example.com", key));
        add(wrongs, "CONNECT", 501, raw("CONNECT example.com:443 HTTP/1.1", "Host: example.com:443", key));
        add(wrongs, "TRACE", 405, raw("TRACE /token/status HTTP/1.1", "Host: " + host(), key));
        add(wrongs, "bad method", 400, raw("GE\u0001T /token/status HTTP/1.1", "Host: " + host(), key));
        add(wrongs, "HTTP/9.9", 505, raw("GET /token/status HTTP/9.9", "Host: " + host(), key));
        add(wrongs, "TLS on a plain port", 400, "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003" + CRLF + CRLF);
        return wrongs;
    }

    private static void add(List<Wrong> wrongs, String name, int status, String request) {
        add(wrongs, name, status, out -> out.write(request.getBytes(ISO_8859_1)));
    }

    private static void add(List<Wrong> wrongs, String name, int status, Sender sender) {
        wrongs.add(new Wrong(name, status, sender));
    }

    private String host() {
        return "127.0.0.1:" + port;
    }

    private String head(String method, String path, String key, String... headers) {
        return method + " " + path + " HTTP/1.1" + CRLF + "Host: " + host() + CRLF
                + (key == null ? "" : "Authorization: Bearer " + key + CRLF)
                + Stream.of(headers).map(header -> header + CRLF).reduce("", String::concat) + CRLF;
    }

    private String get(String path, String key, String... headers) {
        return head("GET", path, key, headers);
    }

    private String raw(String line, String host, String key) {
        return line + CRLF + host + CRLF + "Authorization: Bearer " + key + CRLF + CRLF;
    }

    private String upload(String key, String company, String headers) {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("name=\"companyID\"", company);
        parts.put("name=\"username\"", "ana");
        parts.put("name=\"file\"; filename=\"a.pdf\"", new String(Gateway.PDF, ISO_8859_1));
        StringBuilder body = new StringBuilder();
        parts.forEach((name, value) -> body.append("--b\r\nContent-Disposition: form-data; ").append(name).append("\r\n\r\n")
                .append(value).append(CRLF));
        body.append("--b--\r\n");
        return head("POST", "/extract", key, MULTIPART, "Content-Length: " + body.length() + (headers.isEmpty() ? "" : CRLF + headers.strip()))
                + body;
    }

    /** A connection that was reset has ended as well. */
    private static int read(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read();
        }
        catch (SocketException reset) {
            return -1;
        }
    }

    /** A byte now and then, for as long as the other side bears it. */
    private static void drip(OutputStream out, String start, int times) throws IOException, InterruptedException {
        out.write(start.getBytes(ISO_8859_1));
        for (int i = 0; i < times; i++) {
            out.write('a');
            out.flush();
            Thread.sleep(100);
        }
    }

    private static void chunks(OutputStream out, String start, int times) throws IOException {
        out.write(start.getBytes(ISO_8859_1));
        byte[] chunk = new byte[64 * 1024];
        Arrays.fill(chunk, (byte) 'a');
        for (int i = 0; i < times; i++) {
            out.write((Integer.toHexString(chunk.length) + CRLF).getBytes(ISO_8859_1));
            out.write(chunk);
            out.write(CRLF.getBytes(ISO_8859_1));
        }
        out.write("0\r\n\r\n".getBytes(ISO_8859_1));
    }
}
