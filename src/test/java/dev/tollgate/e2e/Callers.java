package dev.tollgate.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import dev.tollgate.e2e.Gateway.Answer;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

/** Many callers of {@code /extract} at once, each with a request id of its own. */
final class Callers {

    /** What a caller got: an answer, or null when the connection broke. */
    record Outcome(String requestId, Answer answer, Duration took) {

        boolean isServed() {
            return answer != null && answer.status() == 200;
        }
    }

    private final List<CompletableFuture<Outcome>> calls = new ArrayList<>();

    /** Sends so many calls without waiting for any answer. */
    Callers(Gateway gateway, String company, int count) {
        IntStream.range(0, count).mapToObj(number -> company + "-" + number + "-" + Long.toHexString(System.nanoTime()))
                .forEach(id -> calls.add(call(gateway, company, id)));
    }

    private static CompletableFuture<Outcome> call(Gateway gateway, String company, String id) {
        long begun = System.nanoTime();
        return gateway.extractLater(company, id).handle((answer, broken) ->
                new Outcome(id, answer, Duration.ofNanos(System.nanoTime() - begun)));
    }

    long answered() {
        return calls.stream().filter(CompletableFuture::isDone).count();
    }

    /** Waits until every caller has its answer or a broken connection. */
    List<Outcome> outcomes() {
        return calls.stream().map(CompletableFuture::join).toList();
    }

    /** How often each HTTP status was answered; 0 stands for a broken connection. */
    static Map<Integer, Long> statuses(List<Outcome> outcomes) {
        return outcomes.stream().collect(groupingBy(outcome -> outcome.answer() == null ? 0 : outcome.answer().status(),
                counting()));
    }

    static Duration longest(List<Outcome> outcomes) {
        return outcomes.stream().map(Outcome::took).max(Duration::compareTo).orElse(Duration.ZERO);
    }
}
