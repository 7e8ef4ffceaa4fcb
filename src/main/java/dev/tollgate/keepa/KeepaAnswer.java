package dev.tollgate.keepa;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import dev.tollgate.upstream.ReplyHeaders;

/** Makes a message an answer in Keepa's envelope, compressed when the caller asked for that. */
final class KeepaAnswer {

    /** The exchange property that says whether the caller asked for gzip. */
    private static final String GZIP = "keepaGzip";

    private KeepaAnswer() {
    }

    /** Remembers what the caller asked for, before anything replaces its headers. */
    static void remember(Exchange exchange) {
        exchange.setProperty(GZIP, Gzip.wanted(exchange.getMessage().getHeader("Accept-Encoding", String.class)));
    }

    /** Compresses a reply again that came compressed, for a caller who asked for that. */
    static void pass(Exchange exchange, byte[] plain) {
        Message reply = exchange.getMessage();
        boolean gzip = reply.getHeader(ReplyHeaders.CODED) != null && exchange.getProperty(GZIP, false, boolean.class);
        reply.setBody(gzip && plain != null ? Gzip.zipped(plain) : plain);
        if (gzip) {
            reply.setHeader(Exchange.CONTENT_ENCODING, "gzip");
        }
    }

    static void write(Exchange exchange, int status, Envelope envelope) {
        if (exchange.getProperty(GZIP) == null) {
            remember(exchange);
        }
        boolean gzip = exchange.getProperty(GZIP, boolean.class);
        Message message = exchange.getMessage();
        message.setBody(EnvelopeWriter.body(envelope, gzip));
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, "application/json;charset=UTF-8");
        if (gzip) {
            message.setHeader(Exchange.CONTENT_ENCODING, "gzip");
        }
    }
}
