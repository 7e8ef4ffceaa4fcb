package dev.tollgate.sandbox;

import java.time.Clock;

import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Message;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

import dev.tollgate.keepa.EnvelopeWriter;
import dev.tollgate.keepa.Gzip;
import dev.tollgate.keepa.KeepaProperties;

/** The sandbox's Keepa: {@link KeepaSimulator} as a route calls it. */
@Component("keepaSandbox")
public class KeepaSandbox {

    private static final String PREFIX = "/sandbox/keepa";

    private final KeepaSimulator keepa;

    KeepaSandbox(KeepaProperties properties, @Value("${tollgate.sandbox.keepa.tokens:20}") long tokens, Clock clock) {
        keepa = new KeepaSimulator(properties.bucket().plan(), tokens, clock);
    }

    /** Answers one call. */
    public void answer(Exchange exchange) {
        Message message = exchange.getMessage();
        boolean gzip = Gzip.wanted(message.getHeader("Accept-Encoding", String.class));
        SimulatedReply reply = keepa.reply(message.getHeader(Exchange.HTTP_METHOD, String.class),
                message.getHeader(Exchange.HTTP_PATH, String.class).substring(PREFIX.length()),
                message.getHeader(Exchange.HTTP_QUERY, String.class), message.getBody(byte[].class), gzip);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, reply.status());
        reply.headers().forEach(message::setHeader);
        message.setHeader("X-Sandbox", "true");
        message.setBody(reply.body());
    }

    /** Somebody else spends tokens of the same key (negative) or gives some back; the body is what the meter shows then. */
    public byte[] drift(@Header("tokens") long tokens) {
        keepa.drift(tokens);
        return EnvelopeWriter.body(keepa.token(), false);
    }
}
