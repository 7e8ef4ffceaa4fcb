package dev.tollgate.gemini;

import java.io.InputStream;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

import dev.tollgate.gemini.GeminiPaths.Kind;
import dev.tollgate.kit.CallCost;
import dev.tollgate.kit.Cost;
import dev.tollgate.kit.CostReader;
import dev.tollgate.upstream.WithoutUsageChunk;

/** Reads what each call of {@code /gemini} cost. Its reply passes as it is, a failure of Gemini's too. */
@Component("dropInCosts")
class DropInCosts implements CostReader {

    private static final String UPLOAD_URL = "X-Goog-Upload-URL";
    private static final int CHARACTERS_A_TOKEN = 4;

    private final GeminiCosts costs;
    private final String basePath;

    DropInCosts(GeminiCosts costs, GeminiProperties properties) {
        this.costs = costs;
        this.basePath = properties.basePath();
    }

    @Override
    public CallCost begin(Exchange request) {
        GeminiCall call = request.getProperty(GeminiCall.PROPERTY, GeminiCall.class);
        costs.leaving(call);
        return new Passing(call, request.getVariable(DropInRequest.CALL, DropInRequest.class));
    }

    /** An upload goes on where Google says, by way of this gateway. */
    private void hereToo(DropInRequest request, Exchange exchange) {
        String there = exchange.getMessage().getHeader(UPLOAD_URL, String.class);
        if (there != null) {
            String path = URI.create(there).getRawPath();
            String query = URI.create(there).getRawQuery();
            exchange.getMessage().setHeader(UPLOAD_URL, request.origin() + path.substring(path.startsWith(basePath) ? basePath.length() : 0)
                    + (query == null ? "" : "?" + query));
        }
    }

    /** What an answer costs that need not say it: for the texts of an embedding about a token for four characters. */
    private long guess(DropInRequest request) {
        if (request.kind() == Kind.EMBED) {
            return Math.max(1, request.body() == null ? 0 : request.body().length / CHARACTERS_A_TOKEN);
        }
        return request.isOtherForm() ? costs.estimate() : 0;
    }

    private final class Passing implements CallCost {

        private final ReplyReading reading = new ReplyReading();
        private final GeminiCall call;
        private final DropInRequest request;
        private int status;
        private boolean isPage;

        Passing(GeminiCall call, DropInRequest request) {
            this.call = call;
            this.request = request;
        }

        @Override
        public Passage passage(Exchange reply) {
            status = reply.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, int.class);
            isPage = request.isOtherForm() && reply.getMessage().getHeader(Exchange.CONTENT_TYPE, "", String.class).toLowerCase(Locale.ROOT)
                    .startsWith("text/html");
            return status / 100 == 2 && request.isStream() ? Passage.PIECES : Passage.WHOLE;
        }

        @Override
        public void read(byte[] buffer, int offset, int length) {
            if (request.isPaid()) {
                reading.read(buffer, offset, length);
            }
        }

        @Override
        public boolean isReadToItsEnd() {
            return GeminiPaths.isOpenAi(request.target());
        }

        @Override
        public InputStream shown(InputStream metered) {
            return request.asksUsage() ? new WithoutUsageChunk(metered) : metered;
        }

        @Override
        public void ended(End end, Exchange exchange, Consumer<Cost> books) {
            if (exchange.getException() != null) {
                if (request.isPaid() && end != End.NO_REPLY) {
                    books.accept(end == End.CALLER_LEFT ? costs.asked(call, request.body()) : costs.said(call, reading));
                }
                costs.failed(costs.unanswered(exchange.getException()), call, exchange);
            } else if (status / 100 != 2) {
                costs.failed(costs.refused(status, exchange.getMessage()), call, exchange);
            } else {
                hereToo(request, exchange);
                settle(end, books).ifPresentOrElse(why -> costs.failed(why, call, exchange), () -> costs.served(call));
            }
        }

        @Override
        public void passed(End end, Consumer<Cost> books) {
            settle(end, books).ifPresentOrElse(why -> costs.failed(why, call), () -> costs.served(call));
        }

        /**
         * Books what a reply said that it cost, or as much of it as came. Never more than it said is booked, with two exceptions:
         * a whole answer that does not say what it cost, and the question of a caller who left before that was said.
         *
         * @return what went wrong inside the reply
         */
        private Optional<UpstreamFailure> settle(End end, Consumer<Cost> books) {
            if (!request.isPaid()) {
                return Optional.empty();
            }
            long guess = guess(request);
            boolean isAnswer = !reading.isEmpty() && reading.error().isEmpty() && (request.isOtherForm() ? !isPage : reading.isJson());
            boolean mayBeUntold = guess > 0 && end == End.WHOLE && isAnswer;
            Optional<UpstreamFailure> failure = mayBeUntold ? Optional.empty() : costs.failureIn(reading, status, end);
            boolean leftEarly = end == End.CALLER_LEFT && reading.usage().isNone() && reading.error().isEmpty();
            books.accept(leftEarly ? costs.asked(call, request.body())
                    : failure.isPresent() ? costs.said(call, reading) : costs.told(call, reading, guess));
            return failure;
        }
    }
}
