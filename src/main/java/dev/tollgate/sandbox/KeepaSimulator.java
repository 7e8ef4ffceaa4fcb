package dev.tollgate.sandbox;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.tollgate.budget.Plan;
import dev.tollgate.keepa.Envelope;
import dev.tollgate.keepa.EnvelopeWriter;
import dev.tollgate.keepa.Gzip;
import dev.tollgate.keepa.KeepaCall;
import dev.tollgate.keepa.KeepaError;
import dev.tollgate.sandbox.KeepaMeter.Shown;

/**
 * Keepa as its users know it, without the network: admits any call while the meter is positive, whatever the call costs,
 * charges what it finds, goes below zero, refills in ticks, lets tokens above the capacity expire, and says so in its
 * envelope. The same calls at the same times always get the same replies. Safe for use by many threads.
 */
public final class KeepaSimulator {

    /** The access key that Keepa refuses; every other one, also none, is taken. */
    public static final String INVALID_KEY = "invalid";

    private static final KeepaError BAD_KEY =
            new KeepaError("invalidParameter", "You used an invalid parameter for this API call.", "");

    private final InstantSource clock;
    private final KeepaMeter meter;
    private final KeepaTariff tariff;
    private final AtomicLong served = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    /** A simulator that charges by the real price list. */
    public KeepaSimulator(Plan plan, long tokens, InstantSource clock) {
        this(plan, tokens, clock, KeepaTariff.real());
    }

    /**
     * @param plan   refill rate, capacity and length of a tick
     * @param tokens what the meter shows at first; the first tick is one tick away
     * @param clock  the time
     * @param tariff what calls cost
     */
    public KeepaSimulator(Plan plan, long tokens, InstantSource clock, KeepaTariff tariff) {
        this.clock = clock;
        this.meter = new KeepaMeter(plan, tokens, clock);
        this.tariff = tariff;
    }

    /**
     * Answers a request, compressed as Keepa does.
     *
     * @param method GET or POST
     * @param path   such as {@code /product}
     * @param query  the raw query string, may be null
     * @param body   the body of a POST, may be null
     */
    public SimulatedReply reply(String method, String path, String query, byte[] body) {
        return reply(method, path, query, body, true);
    }

    /** The same, compressed only when the caller asked for it. */
    public SimulatedReply reply(String method, String path, String query, byte[] body, boolean gzip) {
        KeepaCall call = KeepaCall.of(path, query, body);
        if (!method.equals("GET") && !method.equals("POST")) {
            return json(405, call, zeros(new KeepaError("methodNotAllowed", "GET or POST, please.", "")), gzip);
        }
        if (("&" + query + "&").contains("&key=" + INVALID_KEY + "&")) {
            return json(400, call, zeros(BAD_KEY), gzip);
        }
        return call.endpoint().equals("token") ? json(200, call, envelope(meter.show(), 0), gzip) : charged(call, gzip);
    }

    /** Somebody else with the same key spends tokens (negative) or gives some back. */
    public void drift(long tokens) {
        meter.drift(tokens);
    }

    /** The plan changes in the middle of its life. */
    public void change(Plan plan) {
        meter.change(plan);
    }

    /** What the meter shows now. */
    public Envelope token() {
        return envelope(meter.show(), 0);
    }

    /** Whole tokens charged since the start. */
    public long charged() {
        return meter.charged();
    }

    /** Milli-tokens that were added since the start, without those that expired. */
    public long refilled() {
        return meter.refilled();
    }

    /** Milli-tokens that came while the bucket was full. */
    public long expired() {
        return meter.expired();
    }

    /** Calls that were served. */
    public long served() {
        return served.get();
    }

    /** Calls that were refused with 429. */
    public long refused() {
        return refused.get();
    }

    private SimulatedReply charged(KeepaCall call, boolean gzip) {
        synchronized (meter) {
            Shown before = meter.show();
            if (!before.admits()) {
                refused.incrementAndGet();
                return json(429, call, envelope(before, 0), gzip);
            }
            served.incrementAndGet();
            long cost = tariff.cost(call);
            Shown after = meter.charge(cost);
            return call.endpoint().equals("graphimage")
                    ? new SimulatedReply(200, Map.of("Content-Type", "image/png"), KeepaPayload.png())
                    : json(200, call, envelope(after, (int) cost), gzip);
        }
    }

    private SimulatedReply json(int status, KeepaCall call, Envelope envelope, boolean gzip) {
        byte[] plain = EnvelopeWriter.json(envelope, (json, e) -> payload(status, call, json));
        Map<String, String> headers = gzip
                ? Map.of("Content-Type", "application/json;charset=UTF-8", "Content-Encoding", "gzip")
                : Map.of("Content-Type", "application/json;charset=UTF-8");
        return new SimulatedReply(status, headers, gzip ? Gzip.zipped(plain) : plain);
    }

    private static void payload(int status, KeepaCall call, JsonGenerator json) throws IOException {
        if (status == 200) {
            KeepaPayload.write(call, json);
        }
    }

    private static Envelope envelope(Shown shown, int consumed) {
        return new Envelope(shown.timestamp(), shown.tokensLeft(), shown.refillIn(), shown.plan().refillRate(),
                shown.plan().flowReduction(), consumed, 0, null);
    }

    /** Keepa reads no meter for a key it does not know. */
    private Envelope zeros(KeepaError error) {
        return new Envelope(clock.millis(), 0, 0, 0, 0, 0, 0, error);
    }
}
