package dev.tollgate.e2e;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** Whoever presents wrong keys side by side is slowed as whoever presents them one after another. */
@TestPropertySource(properties = "tollgate.keys.failures=20")
class WrongKeysAtOnceTest extends KeyTest {

    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void ofTwoHundredAtOnceAsManyAreLookedAtAsMayBeWrong() {
        String known = keyFor("\"status\"", null);
        assertThat(call("GET", "/status", known, null).status()).isEqualTo(200);

        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(CLIENT.sendAsync(HttpRequest.newBuilder(gateway.uri("/auth/o2/token"))
                    .POST(BodyPublishers.ofString("grant_type=refresh_token&refresh_token=wrong-" + i)).build(), BodyHandlers.ofString()));
            answers.add(CLIENT.sendAsync(HttpRequest.newBuilder(gateway.uri("/status"))
                    .header("Authorization", "Bearer wrong-" + i).build(), BodyHandlers.ofString()));
        }

        Map<Integer, Long> statuses = answers.stream().map(answer -> answer.join().statusCode())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        System.out.println("200 wrong keys at once: " + statuses);
        assertThat(statuses.getOrDefault(400, 0L) + statuses.getOrDefault(401, 0L)).isEqualTo(20);
        assertThat(statuses).containsEntry(429, 180L);
        assertThat(call("GET", "/status", known, null).status()).as("a key that was found good").isEqualTo(200);
    }
}
