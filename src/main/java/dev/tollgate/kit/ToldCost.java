package dev.tollgate.kit;

import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.camel.Exchange;

import dev.tollgate.budget.Price;

/**
 * The cost of a call whose reply tells it in places that the route file names. What may have been served without an answer, or
 * tells nothing, costs what was expected; an error that names no cost is free.
 */
final class ToldCost implements CallCost {

    /** Where a reply tells what was charged, sent and answered. */
    record Places(ReplyValue charged, ReplyValue input, ReplyValue output) {

        private boolean areNone() {
            return !charged.anywhere() && !input.anywhere() && !output.anywhere();
        }
    }

    private final Places places;
    private final long expected;
    private final int departures;

    ToldCost(Places places, long expected, Exchange request) {
        this.places = places;
        this.expected = expected;
        this.departures = Departures.count(request);
    }

    @Override
    public void ended(End end, Exchange exchange, Consumer<Cost> books) {
        if (exchange.getException() == null) {
            settle(exchange, books);
        } else if (!Departures.noneSince(departures, exchange)) {
            books.accept(Cost.of(expected, true)); // it may have been served
        }
    }

    private void settle(Exchange reply, Consumer<Cost> books) {
        Supplier<JsonNode> body = ReplyValue.body(reply);
        OptionalLong in = told(places.input, reply, body);
        OptionalLong out = told(places.output, reply, body);
        OptionalLong all = told(places.charged, reply, body);
        if (all.isPresent() || in.isPresent() || out.isPresent()) {
            long sum = Math.min(Price.MAX, in.orElse(0) + out.orElse(0));
            books.accept(new Cost(in.orElse(0), out.orElse(0), 0, 0, 0, all.orElse(sum), null, false));
        } else if (Reply.status(reply) / 100 == 2) {
            books.accept(Cost.of(expected, !places.areNone()));
        }
    }

    private static OptionalLong told(ReplyValue place, Exchange reply, Supplier<JsonNode> body) {
        return place.in(reply, body).map(LimitText::charged).filter(OptionalLong::isPresent)
                .map(number -> OptionalLong.of(Math.max(0, number.getAsLong()))).orElse(OptionalLong.empty());
    }
}
