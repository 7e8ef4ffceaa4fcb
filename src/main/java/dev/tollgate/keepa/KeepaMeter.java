package dev.tollgate.keepa;

import java.util.Optional;
import java.util.OptionalLong;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import dev.tollgate.budget.BucketEvent;
import dev.tollgate.budget.Charge;
import dev.tollgate.budget.Lose;
import dev.tollgate.budget.Reading;
import dev.tollgate.budget.Refuse;
import dev.tollgate.budget.Settle;
import dev.tollgate.budget.Settlement;
import dev.tollgate.kit.ReplyMeter;
import dev.tollgate.queue.Admission;

/** Reads Keepa's meter in the envelope that every reply has. */
@Component("keepaMeter")
public class KeepaMeter implements ReplyMeter {

    private static final Logger LOG = LoggerFactory.getLogger(KeepaMeter.class);

    @Override
    public Told read(Exchange exchange, Admission call) {
        Message reply = exchange.getMessage();
        byte[] body = reply.getBody(byte[].class);
        reply.setBody(body);
        return read(call, reply.getHeader(Exchange.HTTP_RESPONSE_CODE, 200, int.class),
                EnvelopeReader.read(body == null ? new byte[0] : body));
    }

    /** The same of a reply whose envelope is read already; empty when it has none. */
    static Told read(Admission call, int status, Optional<Envelope> envelope) {
        Optional<Reading> reading = envelope.flatMap(Envelope::reading);
        if (status == Denial.STATUS) {
            return new Told(new Refuse(call.id(), reading), OptionalLong.empty());
        }
        int said = envelope.map(Envelope::tokensConsumed).orElse(Envelope.NOT_SAID);
        boolean delivered = envelope.filter(e -> e.delivered(status)).isPresent();
        return new Told(event(call, status, reading, said), delivered ? learned(said) : OptionalLong.empty());
    }

    /** A figure that cannot be true is counted at its bound and teaches nothing, or no such call would be let go again. */
    private static OptionalLong learned(int said) {
        if (said >= Envelope.MOST_CONSUMED) {
            LOG.warn("Keepa told that a call cost more tokens than can be true; {} are counted", said);
            return OptionalLong.empty();
        }
        return said < 0 ? OptionalLong.empty() : OptionalLong.of(said);
    }

    /**
     * A reply with a meter settles. One without is charged what it says, or the list price when it delivered (a PNG), or
     * nothing when Keepa rejected the request; after a failure nobody knows, so the tokens stay reserved.
     */
    private static BucketEvent<Settlement> event(Admission call, int status, Optional<Reading> reading, int said) {
        if (reading.isPresent()) {
            return new Settle(call.id(), reading.get(), Math.max(0, said));
        }
        if (said >= 0) {
            return new Charge(call.id(), said);
        }
        if (status >= 500) {
            return new Lose(call.id());
        }
        return new Charge(call.id(), status < 300 ? call.price().expected() : 0);
    }
}
