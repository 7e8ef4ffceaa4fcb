package dev.tollgate.keepa;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

import org.springframework.stereotype.Component;

/** The balance of the last hour, so that a page which is opened now shows where it came from. In memory, bounded. */
@Component("balanceHistory")
public class BalanceHistory {

    /** An hour, at one look every five seconds. */
    static final int LOOKS = 720;

    private record Look(long second, long balance) {
    }

    private final KeepaBalance balance;
    private final Clock clock;
    /** Bound: {@value #LOOKS} looks of two numbers. */
    private final Deque<Look> looks = new ArrayDeque<>();

    BalanceHistory(KeepaBalance balance, Clock clock) {
        this.balance = balance;
        this.clock = clock;
    }

    /** Remembers the balance as it is now, if Keepa has told one yet, and forgets the oldest when there are too many. */
    public synchronized void look() {
        if (balance.heardAt().isEmpty()) {
            return;
        }
        if (looks.size() == LOOKS) {
            looks.removeFirst();
        }
        looks.addLast(new Look(clock.instant().getEpochSecond(), balance.status().balance()));
    }

    /** Oldest first: {@code at} in seconds since 1970, and the {@code balance} of each in whole tokens. */
    public synchronized Map<String, List<Long>> show() {
        List<Long> at = new ArrayList<>(looks.size());
        List<Long> balance = new ArrayList<>(looks.size());
        looks.forEach(look -> {
            at.add(look.second());
            balance.add(look.balance());
        });
        return Map.of("at", at, "balance", balance);
    }
}
