package dev.tollgate.kit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.Predicate;
import org.apache.camel.support.ExchangeHelper;
import org.springframework.util.unit.DataSize;

import dev.tollgate.door.CallerWatch;
import dev.tollgate.gateway.FailedCall;
import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.metrics.CallTimes;

/**
 * {@code cache-action}: answers from memory, or from the call of somebody who asked the same; else makes the call, for all
 * who ask meanwhile, and keeps its answer when it is a success.
 */
public final class CachePolicy extends KitPolicy {

    private static final long MEGABYTE = 1_000_000;
    private static final Passage PAST = new Passage() { };
    private static final Passage ANSWERED = new Passage() {
        @Override
        public boolean isOpen() {
            return false;
        }
    };

    private CacheSettings settings;
    private Set<String> methods;
    private String sharedBy;
    private Expression key;
    private Predicate worth;

    public CachePolicy(Kit kit) {
        super(kit);
    }

    @Override
    void read(KameletParameters given) {
        settings = new CacheSettings(given.duration("keepFor"), size(given),
                given.duration("patience"), given.oneOf("storage", "memory", "journal").equals("journal"));
        sharedBy = given.oneOf("sharedBy", "all", "company", "key");
        methods = given.list("methods");
    }

    /** Also as tollgate's own settings have it, with KB, MB or GB behind the number. */
    private static long size(KameletParameters given) {
        String text = given.text("megabytes");
        if (!text.matches("[0-9]{1,9}(KB|MB|GB)")) {
            return given.whole("megabytes", 1, 10_000) * MEGABYTE;
        }
        long bytes = DataSize.parse(text).toBytes();
        return given.require(bytes > 0 && bytes <= 10_000 * MEGABYTE, "megabytes", "1KB to 10000MB", bytes);
    }

    @Override
    void read(KameletParameters given, CamelContext context) {
        key = simple(context, given.text("key"));
        worth = given.text("keepWhen").isEmpty() ? answer -> true : predicate(context, given.text("keepWhen"));
    }

    /** Completes exceptionally with a {@link Refusal} 503 when others have asked in vain, or still wait for their answer. */
    @Override
    CompletionStage<Passage> enter(Exchange exchange) {
        Message message = exchange.getMessage();
        if (!methods.contains(message.getHeader(Exchange.HTTP_METHOD, "", String.class))) {
            return CompletableFuture.completedFuture(PAST);
        }
        Caches.Shelf shelf = kit.caches().shelf(name(), revision(), settings);
        String wanted = text(key, exchange);
        String question = circle(exchange) + (wanted.isEmpty() ? digest(message) : wanted);
        Optional<KeptAnswer> known = shelf.find(question);
        if (known.isPresent()) {
            shelf.hits().increment();
            known.get().write(exchange, "hit");
            return CompletableFuture.completedFuture(ANSWERED);
        }
        long from = System.nanoTime();
        return shelf.join(question).thenApply(boarding -> {
            if (boarding instanceof Boarding.Leader<KeptAnswer> leader) {
                shelf.misses().increment();
                exchange.setProperty(CallerWatch.SHARED, true);
                return new Lead(shelf, question, leader.ticket(), kit.clock().instant(), worth);
            }
            CallTimes.of(exchange).waited(System.nanoTime() - from);
            if (boarding instanceof Boarding.Follower<KeptAnswer> follower) {
                shelf.hits().increment();
                follower.result().write(exchange, "shared");
                return ANSWERED;
            }
            String reason = ((Boarding.Abandoned<KeptAnswer>) boarding).reason();
            throw Refusal.until(503, "There is no answer for those who asked the same: " + reason + ".", Duration.ofSeconds(1));
        });
    }

    /** Who may have the same answer, as the beginning of what tells questions apart; a line feed stands in no id. */
    private String circle(Exchange exchange) {
        KeyHolder holder = KeyHolder.of(exchange);
        return switch (sharedBy) {
            case "company" -> holder.companyId() == null ? "key " + holder.id() + "\n" : "company " + holder.companyId() + "\n";
            case "key" -> "key " + holder.id() + "\n";
            default -> "";
        };
    }

    /** The call that is made for all who ask the same meanwhile. */
    private record Lead(Caches.Shelf shelf, String key, Flights.Ticket<KeptAnswer> ticket, Instant asked, Predicate worth) implements Passage {

        @Override
        public Optional<CompletionStage<Passage>> ended(Exchange exchange) {
            if (exchange.getException() == null) {
                ExchangeHelper.prepareOutToIn(exchange); // conditions look at the message that came in
                KeptAnswer answer = KeptAnswer.of(exchange, asked);
                if (answer.succeeded() && worth.matches(exchange)) {
                    shelf.keep(key, answer);
                }
                ticket.land(answer);
                exchange.getMessage().setHeader("X-Tollgate-Cache", "miss");
            }
            return Optional.empty();
        }

        /**
         * Where no answer came, one of those who wait asks next, unless the call may have been served: then they all go
         * without, and each decides for itself whether to ask again.
         */
        @Override
        public void release(Exchange exchange) {
            Exception failure = exchange.getException();
            if (failure instanceof IOException && !FailedCall.neverLeft(failure)) {
                ticket.lose("the call brought no answer and may have been served");
            } else {
                ticket.crash("the call failed");
            }
        }
    }

    /** Method, path, query, the headers by which upstreams tell answers apart, and the body. */
    private static String digest(Message message) {
        try {
            MessageDigest sum = MessageDigest.getInstance("SHA-256");
            Stream.of(Exchange.HTTP_METHOD, Exchange.HTTP_PATH, Exchange.HTTP_QUERY, "Accept", "Accept-Language", "Content-Type")
                    .map(name -> message.getHeader(name, "", String.class) + "\n")
                    .forEach(part -> sum.update(part.getBytes(StandardCharsets.UTF_8)));
            byte[] body = message.getBody(byte[].class);
            return HexFormat.of().formatHex(sum.digest(body == null ? new byte[0] : body));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
