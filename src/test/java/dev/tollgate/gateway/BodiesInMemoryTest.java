package dev.tollgate.gateway;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BodiesInMemoryTest {

    private final BodiesInMemory account = new BodiesInMemory(100);

    @Test
    void whatFindsNoRoomIsNotCounted() {
        BodiesInMemory.Share first = account.share();
        assertThat(first.take(60)).isTrue();
        assertThat(account.share().take(41)).isFalse();
        assertThat(account.share().take(40)).isTrue();
        assertThat(account.held()).isEqualTo(100);
    }

    @Test
    void aReplyAlwaysHasRoomAndKeepsRequestsOut() {
        account.share().add(150);
        assertThat(account.isFull()).isTrue();
        assertThat(account.share().take(1)).isFalse();
    }

    @Test
    void aReplyThatFindsNoRoomWaitsUntilThereIsSome() throws Exception {
        BodiesInMemory account = new BodiesInMemory(100_000);
        BodiesInMemory.Share request = account.share();
        request.take(90_000);
        BodiesInMemory.Share first = account.share();
        assertThat(first.arrive(60_000, () -> false)).as("one may go beyond").isTrue();
        BodiesInMemory.Share second = account.share();
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> second.arrive(40_000, () -> false));

        assertThatThrownBy(() -> waiting.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        request.close();

        assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(account.held()).isEqualTo(100_000);
    }

    @Test
    void whoIsLateHasWaitedLongEnough() {
        BodiesInMemory account = new BodiesInMemory(100_000);
        account.share().add(150_000);
        assertThat(account.share().arrive(20_000, () -> true)).isFalse();
        assertThat(account.held()).isEqualTo(150_000);
    }

    @Test
    void aSmallReplyWaitsForNobody() {
        BodiesInMemory account = new BodiesInMemory(100_000);
        account.share().add(150_000);
        BodiesInMemory.Share small = account.share();
        assertThat(small.arrive(BodiesInMemory.SMALL_REPLY, () -> true)).isTrue();
        assertThat(small.arrive(1, () -> true)).isFalse();
    }

    /** Large replies with one reader each, of whom none gives anything back before it has all of its own. */
    @Property(tries = 40)
    void repliesNeverWaitForEachOtherAndTakeLittleMoreThanTheAccount(@ForAll @Size(min = 1, max = 12) List<@IntRange(min = 1, max = 90) Integer> replies)
            throws Exception {
        BodiesInMemory account = new BodiesInMemory(100_000);
        AtomicLong most = new AtomicLong();
        List<CompletableFuture<Void>> readers = replies.stream().map(size -> CompletableFuture.runAsync(() -> {
            try (BodiesInMemory.Share share = account.share()) {
                for (int piece = 0; piece < size; piece++) {
                    assertThat(share.arrive(1000, () -> false)).isTrue();
                    most.accumulateAndGet(account.held(), Math::max);
                }
                share.arrived();
            }
        }, task -> new Thread(task).start())).toList();
        for (CompletableFuture<Void> reader : readers) {
            reader.get(30, TimeUnit.SECONDS);
        }
        assertThat(account.held()).isZero();
        assertThat(most.get()).isLessThanOrEqualTo(100_000 + 90_000 + replies.size() * BodiesInMemory.SMALL_REPLY);
    }

    @Test
    void allOfARequestIsGivenBackOnceAndNothingIsCountedAfterIt() {
        BodiesInMemory.Share share = account.share();
        share.take(30);
        share.add(200);
        share.close();
        share.close();
        share.add(70);
        assertThat(share.take(10)).isTrue();
        assertThat(account.held()).isZero();
    }

    @Test
    void withoutASettingItIsAShareOfTheHeap() {
        assertThat(new BodiesInMemory(0).max()).isEqualTo(Runtime.getRuntime().maxMemory() / BodiesInMemory.SHARE_OF_HEAP);
    }
}
