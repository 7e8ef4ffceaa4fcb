package dev.tollgate.e2e;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

import dev.tollgate.e2e.ApiStub.Call;
import dev.tollgate.e2e.ApiStub.Reply;

/** An API that serves ten calls in any minute, says how many are left, and refuses the others. */
final class LimitedApi implements ApiStub.Script {

    private static final int CALLS = 10;

    private final InstantSource clock;
    private final Deque<Instant> minute = new ArrayDeque<>();
    private int refused;

    LimitedApi(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized Reply reply(Call call, int number) {
        Instant now = clock.instant();
        while (!minute.isEmpty() && !minute.peek().isAfter(now.minusSeconds(60))) {
            minute.remove();
        }
        if (minute.size() == CALLS) {
            refused++;
            return Reply.status(429);
        }
        minute.add(now);
        return new Reply(200, "{}", Map.of("x-remaining", String.valueOf(CALLS - minute.size())));
    }

    synchronized int refused() {
        return refused;
    }
}
