package dev.tollgate.xai;

import java.time.Duration;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.springframework.stereotype.Component;

import dev.tollgate.door.StreamPulse;
import dev.tollgate.gateway.RequestProblem;
import dev.tollgate.upstream.UsageOption;

/** Which calls of {@code /xai/v1} pass, and which of their replies may be given again. */
@Component("xaiDropIn")
public class XaiDropIn {

    static final String CALL = "call";

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
     * @param cache {@code use}: the caller asks to have equal calls answered once
     * @throws dev.tollgate.gateway.Refusal 503 without a key, 404, 405 or 413 for what does not pass
     */
    public void read(@Header(Exchange.HTTP_METHOD) String method, @Header(Exchange.HTTP_PATH) String rawPath,
            @Header("X-Tollgate-Cache") String cache, @Body byte[] body,
            @ExchangeProperty(RequestProblem.PROPERTY) RequestProblem problem, Exchange exchange) {
        key.require();
        String path = rawPath.substring(rawPath.indexOf(PREFIX) + PREFIX.length());
        DropInPaths.Kind kind = DropInPaths.kind(method, path);
        byte[] bytes = XaiBody.of(body, problem);
        boolean billed = kind == DropInPaths.Kind.CHAT || kind == DropInPaths.Kind.PAID;
        UsageOption option = billed ? UsageOption.of(bytes) : new UsageOption(false, null);
        if (option.streams()) {
            StreamPulse.of(exchange).start(commentAfter);
        }
        boolean asks = asksUsage && kind == DropInPaths.Kind.CHAT && option.asking() != null;
        exchange.getMessage().setHeader(Exchange.HTTP_PATH, path);
        exchange.getMessage().setBody(bytes.length == 0 ? null : asks ? option.asking() : bytes);
        DropInCall call = new DropInCall(path, bytes.length, kind, billed && "use".equalsIgnoreCase(cache), option.streams(), asks);
        exchange.setVariable(CALL, call);
        exchange.setVariable("billed", call.isBilled());
        exchange.setVariable("cacheable", call.isCacheable());
    }

    /** Whether a reply may be given again: 200, whole, one answer that ended by itself. */
    public boolean worthKeeping(@Header(Exchange.HTTP_RESPONSE_CODE) Integer status, @Body Object body) {
        return status != null && status == 200 && body instanceof byte[] whole && DropInReply.isComplete(whole);
    }
}
