package dev.tollgate.xai;

import java.time.Duration;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Message;
import org.springframework.stereotype.Component;

import dev.tollgate.door.StreamPulse;
import dev.tollgate.gateway.RequestProblem;
import dev.tollgate.upstream.UsageOption;

/** Which calls of {@code /xai/v1} pass, and which of their replies may be given again. */
@Component("xaiDropIn")
public class XaiDropIn {

    static final String CALL = "call";

    /** Request header: {@code use} asks to have equal calls answered once. */
    private static final String CACHE = "X-Tollgate-Cache";

    private static final String PREFIX = "/xai";

    private final XaiKey key;
    private final boolean asksUsage;
    private final Duration commentAfter;

    XaiDropIn(XaiProperties properties, XaiKey key) {
        this.key = key;
        this.asksUsage = properties.streamUsage();
        this.commentAfter = properties.commentAfter();
    }

    /**
     * Checks what the caller wants. It stands in the variable {@value #CALL} then, whether it is billed and cacheable in variables of these
     * names, and path and body of the message are xAI's.
     *
     * @throws dev.tollgate.gateway.Refusal 503 without a key, 404, 405 or 413 for what does not pass
     */
    public void read(Exchange exchange) {
        key.require();
        Message message = exchange.getMessage();
        String rawPath = message.getHeader(Exchange.HTTP_PATH, String.class);
        String path = rawPath.substring(rawPath.indexOf(PREFIX) + PREFIX.length());
        DropInPaths.Kind kind = DropInPaths.kind(message.getHeader(Exchange.HTTP_METHOD, String.class), path);
        byte[] bytes = XaiBody.of(message.getBody(byte[].class), exchange.getProperty(RequestProblem.PROPERTY, RequestProblem.class));
        boolean billed = kind == DropInPaths.Kind.CHAT || kind == DropInPaths.Kind.PAID;
        UsageOption option = billed ? UsageOption.of(bytes) : new UsageOption(false, null);
        if (option.streams()) {
            StreamPulse.of(exchange).start(commentAfter);
        }
        boolean asks = asksUsage && kind == DropInPaths.Kind.CHAT && option.asking() != null;
        message.setHeader(Exchange.HTTP_PATH, path);
        message.setBody(bytes.length == 0 ? null : asks ? option.asking() : bytes);
        DropInCall call = new DropInCall(path, bytes.length, kind, billed && "use".equalsIgnoreCase(message.getHeader(CACHE, String.class)), option.streams(), asks);
        exchange.setVariable(CALL, call);
        exchange.setVariable("billed", call.isBilled());
        exchange.setVariable("cacheable", call.isCacheable());
    }

    /** Whether a reply may be given again: 200, whole, one answer that ended by itself. */
    public boolean worthKeeping(@Header(Exchange.HTTP_RESPONSE_CODE) Integer status, @Body Object body) {
        return status != null && status == 200 && body instanceof byte[] whole && DropInReply.isComplete(whole);
    }
}
