package dev.tollgate.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tollgate.e2e.ApiStub.Reply;
import dev.tollgate.e2e.Gateway.Answer;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What each kamelet of the kit promises, in a route file of its own, in front of an API that the gateway does not know. */
class KitTest extends OwnRoutesTest {

    private static final ApiStub api = new ApiStub();

    @Test
    void manyCallersShareABucketAndTheUpstreamRefusesNobody() throws Exception {
        AtomicInteger refused = new AtomicInteger();
        Deque<Instant> minute = new ArrayDeque<>();
        api.reset((call, number) -> {
            synchronized (minute) {
                Instant now = clock.instant();
                while (!minute.isEmpty() && !minute.peek().isAfter(now.minusSeconds(60))) {
                    minute.remove();
                }
                if (minute.size() == 10) {
                    refused.incrementAndGet();
                    return Reply.status(429);
                }
                minute.add(now);
                return new Reply(200, "{}", Map.of("x-remaining", String.valueOf(10 - minute.size())));
            }
        });
        serve("paced.camel.yaml", route("paced", """
                        - kamelet:
                            name: toll-bucket
                            parameters:
                              name: paced
                              tokens: 10
                              remaining: header:x-remaining
                            steps:
                """ + call(16, "")));
        clock.speed(60);

        List<Answer> answers = together(30, n -> gateway.get("/paced/v1/today?city=Oslo"));

        assertThat(answers).extracting(Answer::status).containsOnly(200);
        assertThat(refused).hasValue(0);
        assertThat(api.calls()).hasSize(30);
        assertThat(api.calls().get(0).path()).isEqualTo("/v1/today?city=Oslo");
        assertThat(kit("buckets", "paced").path("consumed").asInt()).isEqualTo(30);
    }

    private JsonNode kit(String kind, String name) {
        return gateway.get("/status").json().path("kit").path(kind).path(name);
    }

    private static <T> List<T> together(int callers, java.util.function.IntFunction<T> call) {
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            return IntStream.range(0, callers).mapToObj(n -> CompletableFuture.supplyAsync(() -> call.apply(n), threads))
                    .toList().stream().map(CompletableFuture::join).toList();
        } finally {
            threads.shutdown();
        }
    }

    /** A route file whose steps are indented by eight. */
    private static String route(String name, String steps) {
        return """
                - route:
                    id: %1$s
                    description: A route of a test
                    group: extra
                    routeConfigurationId: toll-errors
                    from:
                      uri: platform-http:/%1$s?matchOnUriPrefix=true
                      steps:
                """.formatted(name) + steps;
    }

    private static String call(int indent, String more) {
        return """
                - kamelet:
                    name: toll-call
                    parameters:
                      url: %s
                """.formatted(api.url()).indent(indent) + more;
    }
}
