package dev.tollgate.gateway;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

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
