package dev.tollgate.xai;

import com.github.benmanes.caffeine.cache.Cache;
import dev.tollgate.gateway.Refusal;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Flights to xAI bring whole replies of {@code /xai/v1}, errors too.
 *
 * @param kept replies for those who ask later, by the hash of their call
 */
record ReplyCargo(Cache<String, byte[]> kept) implements FlightRepository.Cargo<ReplyCargo.Reply> {

    /** One reply, held whole. */
    record Reply(int status, String type, byte[] body) {
    }

    @Override
    public Optional<Reply> known(String key) {
        return Optional.ofNullable(kept.getIfPresent(key)).map(body -> new Reply(200, "application/json", body));
    }

    @Override
    public Reply brought(Exchange exchange) {
        Message message = exchange.getMessage();
        return message.getBody() instanceof byte[] body
                ? new Reply(message.getHeader(Exchange.HTTP_RESPONSE_CODE, 200, int.class),
                        message.getHeader(Exchange.CONTENT_TYPE, String.class), body)
                : null;
    }

    @Override
    public void give(Exchange exchange, Reply reply) {
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, reply.status());
        message.setHeader(Exchange.CONTENT_TYPE, reply.type());
        message.setHeader("X-Tollgate-Cache", "hit");
        message.setBody(reply.body());
    }

    /** @throws Refusal always: the caller may ask again */
    @Override
    public void failed(Exchange exchange, String reason) {
        throw Refusal.until(503, "there is no answer for those who asked the same: " + reason, Duration.ofSeconds(1));
    }
}
