package dev.tollgate.store;

import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class InMemoryStateStoreTest {

    private final StateStore<Integer> store = new InMemoryStateStore<>(key -> key.length());

    @Test
    void aStateThatDoesNotExistYetIsMadeFirst() {
        assertThat(store.get("four")).isEqualTo(4);
    }

    @Test
    void theAnswerBelongsToTheStateThatWasKept() {
        String answer = store.update("four", n -> new Step<>(n + 1, "was " + n));

        assertThat(answer).isEqualTo("was 4");
        assertThat(store.get("four")).isEqualTo(5);
    }

    @Test
    void noUpdateIsLostBetweenThreads() {
        CompletableFuture<?>[] threads = IntStream.range(0, 8).mapToObj(thread -> CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 1000; i++) {
                store.update("", n -> new Step<>(n + 1, n));
            }
        })).toArray(CompletableFuture[]::new);

        CompletableFuture.allOf(threads).join();

        assertThat(store.get("")).isEqualTo(8000);
    }
}
