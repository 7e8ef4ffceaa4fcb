package dev.tollgate.xai;

import java.io.IOException;

import org.apache.camel.Exchange;

import dev.tollgate.gateway.RequestIds;
import dev.tollgate.gateway.TimeOrderedId;
import dev.tollgate.kit.AroundPolicy;
import dev.tollgate.upstream.ReplyStream;

/**
 * Around a chat that the gateway itself asks: no call whose cost could be written nowhere, and what a served one used and cost
 * is in the ledger before anything else is done with its answer, whether that is of any use or not.
 */
final class ChatBooks implements AroundPolicy {

    private static final String SENT = "xaiSentBytes";

    private final XaiUpstream upstream;
    private final XaiBooks books;
    private final String what;

    /** @param what which of the gateway's paths asks: {@value XaiBooks#JUDGE} or {@value XaiBooks#LEARN} */
    ChatBooks(XaiUpstream upstream, XaiBooks books, String what) {
        this.upstream = upstream;
        this.books = books;
        this.what = what;
    }

    @Override
    public void before(Exchange exchange) {
        upstream.ensureBookable();
        exchange.setProperty(SENT, exchange.getMessage().getBody(byte[].class).length);
        books.leaving(what);
    }

    @Override
    public void after(Exchange exchange) throws IOException {
        int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, int.class);
        if (exchange.getException() != null || status / 100 != 2) {
            return;
        }
        byte[] whole = ReplyStream.whole(exchange.getMessage());
        exchange.getMessage().setBody(whole);
        books.settle(new XaiBooks.Call(what, exchange.getProperty(RequestIds.HEADER, String.class), TimeOrderedId.next(),
                exchange.getProperty(SENT, 0, int.class), false), ReplyReading.of(whole));
    }
}
