package dev.tollgate.spapi;

import dev.tollgate.gateway.CallerGoneException;
import dev.tollgate.gateway.RawTarget;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.spapi.sellers.SpApiProperties;
import dev.tollgate.oauth.TokenResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** What the route does for each attempt of a call when its turn has come: its token, what is sent, what the answer means. */
@Component("spApiUpstream")
public class SpApiUpstream {

    private static final Logger log = LoggerFactory.getLogger(SpApiUpstream.class);
    private static final int MOST_BROKEN = 2;

    private final SpApiProperties properties;
    private final RatePacer pacer;

    SpApiUpstream(SpApiProperties properties, RatePacer pacer) {
        this.properties = properties;
        this.pacer = pacer;
    }

    /** Whether tokens can be asked for at all. */
    public boolean configured() {
        return properties.missingForTokens().isEmpty();
    }

    /** Gets the seller's access token. @throws Refusal when there is none */
    public void token(@ExchangeProperty(SpApiCall.PROPERTY) SpApiCall call) {
        TokenResult result = call.tokens().token();
        if (result instanceof TokenResult.Fresh fresh) {
            call.use(fresh.token());
        } else {
            throw withoutToken(result);
        }
    }

    static Refusal withoutToken(TokenResult result) {
        if (result instanceof TokenResult.Unavailable unavailable) {
            return Refusal.until(503, unavailable.reason() + ".", unavailable.retryAfter());
        }
        return result instanceof TokenResult.ReconnectNeeded
                ? Refusal.of(403, "Amazon no longer takes this seller's consent: the seller must open /connect again.")
                : notConnected();
    }

    static Refusal notConnected() {
        return Refusal.of(403, "This seller is not connected: the seller must open /connect.");
    }

    /** Makes the message the request as it came, with nothing else of the caller in it. */
    public void request(@ExchangeProperty(SpApiCall.PROPERTY) SpApiCall call, Exchange exchange) {
        SpApiRequest request = call.request();
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        request.headers().forEach(message::setHeader);
        message.setHeader(Exchange.HTTP_METHOD, request.method());
        message.setHeader(RawTarget.HEADER, call.target());
        message.setBody(request.body());
    }

    /**
     * No answer came: a call that only reads is made again, twice at most. Amazon closes idle connections, and the one that
     * was taken may be among them. Not for a caller who has gone.
     *
     * @throws IOException as it came, when the call is not made again
     */
    public void broken(@ExchangeProperty(SpApiCall.PROPERTY) SpApiCall call, @ExchangeException IOException thrown) throws IOException {
        if (thrown instanceof CallerGoneException || !call.request().reads() || call.patience() == 0
                || call.countBroken() > MOST_BROKEN) {
            throw thrown;
        }
        log.debug("No answer to {}, which is asked again", call, thrown);
        call.repeat();
    }

    /** Learns from the answer, and decides whether the call is made again. */
    public void judge(@ExchangeProperty(SpApiCall.PROPERTY) SpApiCall call, @Header(Exchange.HTTP_RESPONSE_CODE) int status,
            @Header("x-amzn-RateLimit-Limit") String rateLimit, @Body byte[] body) {
        if (status == 429) {
            log.warn("Amazon answered 429 to {}", call);
            pacer.refused(properties.clientId(), call.account(), call.operation());
            call.repeat();
            return;
        }
        pacer.answered(properties.clientId(), call.account(), call.operation(), rateLimit);
        boolean expired = status >= 400 && body != null
                && SpApiError.isTokenRefused(status, new String(body, StandardCharsets.UTF_8));
        if (expired && !call.wasReplaced() && call.tokens().replace(call.token()) instanceof TokenResult.Fresh fresh
                && !fresh.token().value().equals(call.token().value())) {
            call.repeatReplaced();
        }
    }
}
