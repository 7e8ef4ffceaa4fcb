package dev.tollgate.e2e;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.tollgate.e2e.GeminiStub.Call;
import dev.tollgate.e2e.GeminiStub.Reply;

/**
 * Answers one caller in ten with a 503 at first, and every call that it serves with another number of tokens, so that
 * each row of the ledger can be told from every other. Callers are known by their request id, which the gateway is
 * told to pass on.
 */
final class FlakyGemini implements GeminiStub.Script {

    private static final Pattern REQUEST_ID = Pattern.compile("(?i)x-request-id=\\[([^\\]]+)]");

    private final AtomicInteger callers = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> reported = new ConcurrentHashMap<>();
    private final int free;
    private final CountDownLatch gate;
    private final int patient;

    FlakyGemini() {
        this(Integer.MAX_VALUE, new CountDownLatch(0));
    }

    /** All but the first so many callers are answered only when the gate opens. */
    FlakyGemini(int free, CountDownLatch gate) {
        this(free, gate, Integer.MAX_VALUE);
    }

    /** And beyond {@code patient} callers none is answered at all. */
    FlakyGemini(int free, CountDownLatch gate, int patient) {
        this.free = free;
        this.gate = gate;
        this.patient = patient;
    }

    /** What each request was told that it cost. */
    Map<String, Long> reported() {
        return Map.copyOf(reported);
    }

    /** Callers that have come so far. */
    int callers() {
        return callers.get();
    }

    @Override
    public Reply reply(Call call, int number) throws InterruptedException {
        Matcher id = REQUEST_ID.matcher(call.headers());
        if (!id.find()) {
            throw new IllegalStateException("A call without a request id: " + call.headers());
        }
        if (seen.add(id.group(1))) {
            int caller = callers.incrementAndGet();
            if (caller > patient) {
                new CountDownLatch(1).await();
            }
            if (caller % 10 == 0) {
                return Reply.status(503, "UNAVAILABLE");
            }
            if (caller > free) {
                gate.await();
            }
        }
        long tokens = 100 + served.getAndIncrement();
        if (reported.putIfAbsent(id.group(1), tokens + 20) != null) {
            throw new IllegalStateException("Paid twice: " + id.group(1));
        }
        return GeminiStub.ok(tokens, 20);
    }
}
