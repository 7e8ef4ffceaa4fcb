package dev.tollgate.gemini;

import java.util.Optional;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

import dev.tollgate.gemini.UpstreamFailure.Kind;
import dev.tollgate.kit.CallCost;
import dev.tollgate.kit.Cost;
import dev.tollgate.kit.CostReader;

/**
 * Reads what each attempt of an {@code /extract} cost, and what its reply says. Whatever is no result fails with an
 * {@link UpstreamFailure}, which retry and breaker go by.
 */
@Component("invoiceCosts")
class InvoiceCosts implements CostReader {

    private final GeminiCosts costs;
    private final ObjectMapper json;

    InvoiceCosts(GeminiCosts costs, ObjectMapper json) {
        this.costs = costs;
        this.json = json;
    }

    @Override
    public CallCost begin(Exchange request) {
        GeminiCall call = request.getProperty(GeminiCall.PROPERTY, GeminiCall.class);
        costs.leaving(call);
        return new Attempted(call, request.getMessage().getBody(byte[].class));
    }

    private final class Attempted implements CallCost {

        private final ReplyReading reading = new ReplyReading();
        private final GeminiCall call;
        private final byte[] question;

        Attempted(GeminiCall call, byte[] question) {
            this.call = call;
            this.question = question;
        }

        @Override
        public Passage passage(Exchange reply) {
            return Passage.WHOLE;
        }

        @Override
        public void read(byte[] buffer, int offset, int length) {
            reading.read(buffer, offset, length);
        }

        /** Sets the body to a {@link GeminiReply}. */
        @Override
        public void ended(End end, Exchange exchange, Consumer<Cost> books) {
            Exception thrown = exchange.getException();
            if (thrown != null) {
                if (end != End.NO_REPLY) {
                    books.accept(end == End.CALLER_LEFT ? costs.asked(call, question) : costs.said(call, reading));
                }
                throw failed(costs.unanswered(thrown), exchange);
            }
            int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, int.class);
            if (status / 100 != 2) {
                throw failed(costs.refused(status, exchange.getMessage()), exchange);
            }
            Optional<UpstreamFailure> failure = costs.failureIn(reading, status, end);
            books.accept(failure.isPresent() ? costs.said(call, reading) : costs.told(call, reading, 0));
            if (failure.isPresent()) {
                throw failed(failure.get(), exchange);
            }
            costs.served(call);
            exchange.getMessage().setBody(result(exchange));
        }

        /** A model that ended without a word is worth another attempt, once. */
        private GeminiReply result(Exchange exchange) {
            GeminiReply reply = GeminiReply.read(exchange.getMessage().getBody(byte[].class), json);
            if (reply.outcome() == GeminiReply.Outcome.SILENT && call.saysNothingForTheFirstTime()) {
                throw failed(new UpstreamFailure(Kind.OTHER, 200, reply.reason(), true, null), exchange);
            }
            return reply;
        }

        private UpstreamFailure failed(UpstreamFailure failure, Exchange exchange) {
            // Camel counts repetitions in a header, which the answer has replaced: without it, it would never stop.
            exchange.getMessage().setHeader(Exchange.REDELIVERY_COUNTER, call.attempts() - 1);
            return costs.failed(failure, call, exchange);
        }
    }
}
