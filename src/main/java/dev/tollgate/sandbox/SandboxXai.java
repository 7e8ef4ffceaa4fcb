package dev.tollgate.sandbox;

import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.springframework.stereotype.Component;

import dev.tollgate.sandbox.XaiSimulator.Fault;
import dev.tollgate.sandbox.XaiSimulator.Reply;

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
            @Header("Authorization") String authorization, @Header(FaultList.HEADER) String faults,
            @Header("X-Request-Id") String request, @Body byte[] body, Exchange exchange) throws InterruptedException {
        Optional<String> fault = faultList.next(faults, request);
        if (fault.filter("hang"::equals).isPresent()) {
            FaultList.hang();
        }
        Reply reply = simulator.handle(method, path.substring(path.indexOf(PREFIX) + PREFIX.length()), authorization,
                body == null ? new byte[0] : body, fault.map(SandboxXai::fault));
        exchange.getMessage().setHeader("X-Sandbox", "true");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, reply.status());
        reply.headers().forEach(exchange.getMessage()::setHeader);
        exchange.getMessage().setBody(reply.chunks().size() == 1 ? reply.body() : Pieces.of(reply.chunks()));
    }

    private static Fault fault(String word) {
        return Arrays.stream(Fault.values()).filter(fault -> fault.word().equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No such sandbox fault: " + word + "; there are hang, "
                        + String.join(", ", Arrays.stream(Fault.values()).map(Fault::word).toList())));
    }
}
