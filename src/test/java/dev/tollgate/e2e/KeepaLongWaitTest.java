package dev.tollgate.e2e;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.tollgate.e2e.KeepaStub.Call;
import dev.tollgate.sandbox.SimulatedReply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A caller who is not the first in line waits without a thread, where threads are virtual. It must not see that: neither in
 * the answer, nor on its connection.
 */
class KeepaLongWaitTest extends KeepaTest {

    private static final String SEARCH = "/keepa/search?term=";
    private static final String SELECTION = "{\"title\":\"caf\u00e9\",\"page\":0}";

    @Test
    void theAnswerIsTheSameAsWithoutAWait() throws Exception {
        Wire.Reply atOnce = Wire.get(port, SEARCH + "1");
        Wire.Reply waited;
        try (Wire first = firstInLine()) {
            waited = afterAWait(waits("GET", SEARCH + "2", null));
        }

        assertThat(waited.status()).isEqualTo(200);
        assertThat(waited.headers().keySet()).isEqualTo(atOnce.headers().keySet());
        assertThat(waited.header("X-Request-Id")).isNotBlank();
    }

    @Test
    void aBodyThatWaitedArrivesAsItCame() throws Exception {
        byte[] body = SELECTION.getBytes(StandardCharsets.UTF_8);
        try (Wire first = firstInLine()) {
            assertThat(afterAWait(waits("POST", "/keepa/query?domain=1", body)).status()).isEqualTo(200);
        }

        assertThat(stub.calls()).filteredOn(call -> call.path().equals("/query")).extracting(Call::body).containsExactly(body);
    }

    @Test
    void whatCameBehindItOnItsConnectionIsAnsweredInOrderAndTheConnectionStays() throws Exception {
        try (Wire first = firstInLine(); Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String behind = request("POST", "/keepa/query?domain=1", SELECTION) + request("GET", "/nothing", null)
                    + request("GET", "/keepa/token", null).substring(0, 20);
            send(socket, request("GET", SEARCH + "1", null) + behind);
            await().until(() -> balance.queue().waiting() == 2);
            keepa(1000);

            assertThat(status(in)).isEqualTo(200);
            assertThat(status(in)).isEqualTo(200);
            assertThat(status(in)).isEqualTo(404);
            send(socket, request("GET", "/keepa/token", null).substring(20));
            assertThat(status(in)).isEqualTo(200);
            send(socket, request("GET", SEARCH + "2", null));
            assertThat(status(in)).isEqualTo(200);
        }
    }

    /** What waits is small, but not what it is answered: there may be 8 KB of headers. */
    @Test
    void anAnswerWithManyHeadersIsTheSameAsWithoutAWait() throws Exception {
        SimulatedReply reply = manyHeaders(15);
        stub.reset(call -> reply);
        Wire.Reply atOnce = Wire.get(port, SEARCH + "1");
        Wire.Reply waited;
        try (Wire first = firstInLine()) {
            Wire second = waits("GET", SEARCH + "2", null);
            keepa(1000);
            stub.reset(call -> reply);
            waited = second.reply();
        }

        assertThat(waited.status()).isEqualTo(atOnce.status()).isEqualTo(200);
        assertThat(waited.headers().keySet()).isEqualTo(atOnce.headers().keySet());
    }

    private static SimulatedReply manyHeaders(int count) {
        Map<String, String> headers = new HashMap<>(Map.of("Content-Type", "application/json"));
        for (int i = 0; i < count; i++) {
            headers.put("X-RateLimit-" + i, "x".repeat(400));
        }
        String body = "{\"timestamp\":%d,\"tokensLeft\":1000,\"refillIn\":100,\"refillRate\":6000,\"tokensConsumed\":1}".formatted(System.currentTimeMillis());
        return new SimulatedReply(200, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Somebody who waits for tokens, so that whoever comes next waits without a thread. */
    private Wire firstInLine() throws IOException {
        standingKeepa(-5000); // until a test has tokens come
        Wire first = Wire.open(port, "GET", SEARCH + "first", null);
        await().until(() -> balance.queue().waiting() == 1);
        return first;
    }

    private Wire waits(String method, String target, byte[] body) throws IOException {
        Wire caller = Wire.open(port, method, target, body);
        await().until(() -> balance.queue().waiting() == 2);
        return caller;
    }

    private Wire.Reply afterAWait(Wire caller) throws IOException {
        keepa(1000);
        return caller.reply();
    }

    private String request(String method, String target, String body) {
        String head = method + " " + target + " HTTP/1.1\r\nHost: localhost:" + port + "\r\n";
        return body == null ? head + "\r\n" : head + "Transfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(body.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + body + "\r\n0\r\n\r\n";
    }

    private static void send(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads one answer to its end, and that it does not end the connection. */
    private static int status(InputStream in) throws IOException {
        List<String> head = new ArrayList<>();
        for (StringBuilder line = new StringBuilder();; ) {
            int c = in.read();
            assertThat(c).as("the connection ended after %s", head).isNotNegative();
            if (c != '\n') {
                line.append((char) c);
                continue;
            }
            String text = line.toString().strip();
            if (text.isEmpty()) {
                break;
            }
            head.add(text.toLowerCase());
            line.setLength(0);
        }
        assertThat(head).doesNotContain("connection: close");
        String length = head.stream().filter(one -> one.startsWith("content-length:")).findFirst().orElseThrow(() -> new AssertionError(head));
        in.readNBytes(Integer.parseInt(length.substring("content-length:".length()).strip()));
        return Integer.parseInt(head.get(0).split(" ")[1]);
    }
}
