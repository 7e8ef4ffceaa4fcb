package dev.tollgate.sandbox;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.springframework.stereotype.Component;

import dev.tollgate.sandbox.GeminiSimulator.Reply;

/**
 * {@link GeminiSimulator} behind HTTP.
 *
 * <p>Faults on demand: the request header {@value FaultList#HEADER} lists what each attempt of one request meets, for
 * example {@code 503,503} (then it succeeds) or {@code 429,hang}. Known: {@code 429}, {@code 429-day}, {@code 400},
 * {@code 400-key}, {@code 403}, {@code 404}, {@code 500}, {@code 503}, {@code 504}, {@code hang}, {@code reset},
 * {@code blocked}, {@code safety}, {@code truncated}, {@code silent}, {@code fenced}, {@code garbage}, {@code empty},
 * {@code 204}, {@code untold}, {@code erased}, {@code 503-inside}, {@code 429-inside}, {@code 503-raw}, {@code ok}. The list ends in {@code *} when its
 * last entry is to stay: {@code 503*} never succeeds.
 */
@Component("geminiSimulator")
public class SandboxGemini {

    private static final String PREFIX = "/sandbox/gemini";

    private final GeminiSimulator simulator = new GeminiSimulator();
    private final FaultList faultList = new FaultList();

    /** Answers one call; sets status and body of the message. */
    public void answer(@Header(Exchange.HTTP_METHOD) String method, @Header(Exchange.HTTP_PATH) String path,
            @Header(Exchange.HTTP_QUERY) String query, @Header(FaultList.HEADER) String faults,
            @Header("X-Request-Id") String request, @Header("x-goog-api-key") String key,
            @Header("Authorization") String bearer, @Body byte[] body,
            Exchange exchange) throws IOException, InterruptedException {
        exchange.getMessage().setHeader("X-Sandbox", "true");
        String fault = faultList.next(faults, request).orElse("ok");
        switch (fault) {
            case "hang" -> FaultList.hang();
            case "reset" -> exchange.getMessage().setBody(brokenOff());
            default -> reply(exchange, simulator.handle(method, path.substring(path.indexOf(PREFIX) + PREFIX.length()),
                    query, key == null ? bearer : key, body == null ? new byte[0] : body, fault));
        }
    }

    private static void reply(Exchange exchange, Reply reply) {
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, reply.status());
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, reply.type());
        exchange.getMessage().setBody(reply.pieces().size() == 1 ? reply.pieces().get(0) : Pieces.of(reply.pieces()));
    }

    /** A few bytes, then the connection is gone. */
    private static InputStream brokenOff() {
        return new SequenceInputStream(new ByteArrayInputStream("{\"cand".getBytes(StandardCharsets.UTF_8)),
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("The sandbox broke the connection, as asked");
                    }
                });
    }
}
