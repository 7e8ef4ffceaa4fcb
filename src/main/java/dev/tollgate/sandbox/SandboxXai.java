package dev.tollgate.sandbox;

import dev.tollgate.sandbox.XaiSimulator.Fault;
import dev.tollgate.sandbox.XaiSimulator.Reply;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.springframework.stereotype.Component;

/**
 * {@link XaiSimulator} behind HTTP. The request header {@code X-Sandbox-Fault} lists what each attempt of one request
 * meets: {@code hang}, or a {@link Fault} in small letters with hyphens, such as {@code rate-limit,server-error}.
 */
@Component("xaiSimulator")
public class SandboxXai {

    private static final String PREFIX = "/sandbox/xai";

    private final XaiSimulator simulator;
    private final FaultList faultList = new FaultList();

    SandboxXai(Clock clock) {
        this.simulator = new XaiSimulator(clock);
    }

    /** Answers one call; sets status, headers and body of the message. */
    public void answer(@Header(Exchange.HTTP_METHOD) String method, @Header(Exchange.HTTP_PATH) String path,
            @Header("Authorization") String authorization, @Header(SandboxGemini.FAULT_HEADER) String faults,
            @Header("X-Request-Id") String request, @Body byte[] body, Exchange exchange) throws InterruptedException {
        Optional<String> fault = faultList.next(faults, request);
        if (fault.filter("hang"::equals).isPresent()) {
            Thread.sleep(Duration.ofMinutes(10).toMillis());
        }
        Reply reply = simulator.handle(method, path.substring(path.indexOf(PREFIX) + PREFIX.length()), authorization,
                body == null ? new byte[0] : body, fault.map(SandboxXai::fault));
        exchange.getMessage().setHeader("X-Sandbox", "true");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, reply.status());
        reply.headers().forEach(exchange.getMessage()::setHeader);
        exchange.getMessage().setBody(reply.chunks().size() == 1 ? reply.body() : events(reply.chunks()));
    }

    private static Fault fault(String word) {
        return Arrays.stream(Fault.values()).filter(fault -> fault.word().equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No such sandbox fault: " + word + "; there are hang, "
                        + String.join(", ", Arrays.stream(Fault.values()).map(Fault::word).toList())));
    }

    /** One event a read, so that it leaves as one. */
    private static InputStream events(List<String> chunks) {
        return new SequenceInputStream(Collections.enumeration(chunks.stream()
                .map(chunk -> new ByteArrayInputStream(chunk.getBytes(StandardCharsets.UTF_8))).toList()));
    }
}
