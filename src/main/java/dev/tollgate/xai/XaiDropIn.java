package dev.tollgate.xai;

import dev.tollgate.gateway.RequestIds;
import dev.tollgate.gateway.RequestProblem;
import dev.tollgate.door.StreamPulse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.upstream.ReplyStream;
import dev.tollgate.upstream.UsageOption;
import dev.tollgate.upstream.WithoutUsageChunk;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** The steps of {@code /xai/v1} that a route cannot say well. */
@Component("xaiDropIn")
public class XaiDropIn {

    private static final String PREFIX = "/xai";

    private final XaiBooks books;
    private final boolean asksUsage;
    private final Duration commentAfter;

    XaiDropIn(XaiBooks books, XaiProperties properties) {
        this.books = books;
        this.asksUsage = properties.streamUsage();
        this.commentAfter = properties.commentAfter();
    }

    /**
     * Checks what the caller wants.
     *
     * @param caller the credential that the caller presented, of which only a hash is used
     * @param cache  {@code use}: the caller asks to have equal calls answered once
     * @throws dev.tollgate.gateway.Refusal 404, 405 or 413 for what does not pass
     */
    public DropInCall read(@Header(Exchange.HTTP_METHOD) String method, @Header(Exchange.HTTP_PATH) String rawPath,
            @Header(Exchange.HTTP_QUERY) String query, @ExchangeProperty(KeyHolder.PROPERTY) KeyHolder caller,
            @Header("X-Tollgate-Cache") String cache, @Body byte[] body,
            @ExchangeProperty(RequestProblem.PROPERTY) RequestProblem problem, Exchange exchange) {
        String path = rawPath.substring(rawPath.indexOf(PREFIX) + PREFIX.length());
        DropInPaths.Kind kind = DropInPaths.kind(method, path);
        byte[] bytes = XaiBody.of(body, problem);
        boolean billed = kind == DropInPaths.Kind.CHAT || kind == DropInPaths.Kind.PAID;
        UsageOption option = billed ? UsageOption.of(bytes) : new UsageOption(false, null);
        if (option.streams()) {
            StreamPulse.of(exchange).start(commentAfter);
        }
        boolean asks = asksUsage && kind == DropInPaths.Kind.CHAT && option.asking() != null;
        String cacheKey = billed && "use".equalsIgnoreCase(cache) ? key(caller == null ? "" : caller.id(), path, query, bytes) : null;
        return new DropInCall(method, path, query, asks ? option.asking() : bytes, kind, cacheKey, option.streams(), asks);
    }

    /** The model stands in the body. */
    private static String key(String caller, String path, String query, byte[] body) {
        try {
            MessageDigest sum = MessageDigest.getInstance("SHA-256");
            for (String part : new String[] {caller, path, query == null ? "" : query}) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                sum.update(new byte[] {(byte) (bytes.length >>> 8), (byte) bytes.length});
                sum.update(bytes);
            }
            return HexFormat.of().formatHex(sum.digest(body));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** Addresses the request that is about to leave. */
    public void address(@Variable("call") DropInCall call, Exchange exchange) {
        exchange.getMessage().setHeader(Exchange.HTTP_METHOD, call.method());
        exchange.getMessage().setHeader(Exchange.HTTP_PATH, call.path());
        exchange.getMessage().setHeader(Exchange.HTTP_QUERY, call.query());
        exchange.getMessage().setBody(call.body().length == 0 ? null : call.body());
    }

    /**
     * Books what the reply says it used. A stream passes on as it comes and is read on the way; anything else is read whole.
     * A response that is fetched again was booked when it was made.
     */
    public void meter(@Variable("call") DropInCall call, @Header(Exchange.CONTENT_TYPE) String type, @Body Object body,
            @Header(Exchange.HTTP_RESPONSE_CODE) int status, @ExchangeProperty(RequestIds.HEADER) String requestId,
            Exchange exchange) throws IOException {
        boolean booked = call.isBooked() && status == 200;
        if (call.cacheKey() != null) {
            exchange.getMessage().setHeader("X-Tollgate-Cache", "miss");
        }
        if (body instanceof InputStream stream && isStream(type)) {
            InputStream metered = booked ? new MeteredReply(stream, said -> books.settle(call, said, requestId)) : stream;
            exchange.getMessage().setBody(call.asksUsage() ? new WithoutUsageChunk(metered) : metered);
            return;
        }
        byte[] whole = ReplyStream.whole(exchange.getMessage());
        exchange.getMessage().setBody(whole);
        if (booked) {
            books.settle(call, ReplyReading.of(whole), requestId);
        }
    }

    private static boolean isStream(String type) {
        return type != null && type.strip().toLowerCase(Locale.ROOT).startsWith("text/event-stream");
    }

    /** Whether a reply may be given again: 200, whole, one answer that ended by itself. */
    public boolean worthKeeping(@Header(Exchange.HTTP_RESPONSE_CODE) Integer status, @Body Object body) {
        return status != null && status == 200 && body instanceof byte[] whole && DropInReply.isComplete(whole);
    }
}
