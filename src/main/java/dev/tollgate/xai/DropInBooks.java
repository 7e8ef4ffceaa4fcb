package dev.tollgate.xai;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.function.Consumer;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.RequestIds;
import dev.tollgate.kit.AroundPolicy;
import dev.tollgate.upstream.ReplyStream;
import dev.tollgate.upstream.WithoutUsageChunk;

/**
 * Around a call of {@code /xai/v1}: no billed one whose cost could be written nowhere, and what the reply says it used is in the
 * ledger. A stream passes on as it comes and is read on the way; anything else is read whole.
 */
@Component("xaiDropInBooks")
class DropInBooks implements AroundPolicy {

    private final XaiUpstream upstream;
    private final XaiBooks books;

    DropInBooks(XaiUpstream upstream, XaiBooks books) {
        this.upstream = upstream;
        this.books = books;
    }

    @Override
    public void before(Exchange exchange) {
        if (call(exchange).isBilled()) {
            upstream.ensureBookable();
        }
    }

    @Override
    public void after(Exchange exchange) throws IOException {
        if (exchange.getException() != null) {
            return;
        }
        DropInCall call = call(exchange);
        Message reply = exchange.getMessage();
        if (call.asksForCache()) {
            reply.setHeader("X-Tollgate-Cache", "miss");
        }
        Consumer<ReplyReading> booking = booking(call, reply, exchange.getProperty(RequestIds.HEADER, String.class));
        if (reply.getBody() instanceof InputStream stream && isStream(reply)) {
            InputStream metered = booking == null ? stream : new MeteredReply(stream, booking);
            reply.setBody(call.asksUsage() ? new WithoutUsageChunk(metered) : metered);
            return;
        }
        byte[] whole = ReplyStream.whole(reply);
        reply.setBody(whole);
        if (booking != null) {
            booking.accept(ReplyReading.of(whole));
        }
    }

    /** What is done with a reply that has been read; null for one that costs nothing, or was booked when it was made. */
    private Consumer<ReplyReading> booking(DropInCall call, Message reply, String requestId) {
        boolean booked = call.isBooked() && reply.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, int.class) == 200;
        XaiBooks.Call asked = new XaiBooks.Call(XaiBooks.DROP_IN, requestId, call.callId(), call.sent(), call.isFetched());
        return booked ? said -> books.settle(asked, said) : null;
    }

    private static DropInCall call(Exchange exchange) {
        return exchange.getVariable(XaiDropIn.CALL, DropInCall.class);
    }

    private static boolean isStream(Message reply) {
        return reply.getHeader(Exchange.CONTENT_TYPE, "", String.class).strip().toLowerCase(Locale.ROOT).startsWith("text/event-stream");
    }
}
