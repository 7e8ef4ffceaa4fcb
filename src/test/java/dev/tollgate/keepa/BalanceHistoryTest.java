package dev.tollgate.keepa;

import java.time.ZoneOffset;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BalanceHistoryTest {

    private final QueueFixture fixture = new QueueFixture(20);
    private final BalanceHistory history = new BalanceHistory(fixture.toll.balance(), fixture.time.withZone(ZoneOffset.UTC));

    @Test
    void thePastIsThereOldestFirst() {
        history.look();
        fixture.reply(fixture.interactive(5), 30, -10);
        fixture.seconds(5);
        history.look();

        assertThat(history.show().get("balance")).containsExactly(20L, -10L);
        assertThat(history.show().get("at").get(1) - history.show().get("at").get(0)).isEqualTo(5);
    }

    @Test
    void anHourIsKeptAndNoMore() {
        for (int i = 0; i < BalanceHistory.LOOKS + 10; i++) {
            history.look();
            fixture.seconds(5);
        }
        assertThat(history.show().get("at")).hasSize(BalanceHistory.LOOKS).isSorted();
        assertThat(fixture.time.instant().getEpochSecond() - history.show().get("at").get(0)).isEqualTo(3600);
    }
}
