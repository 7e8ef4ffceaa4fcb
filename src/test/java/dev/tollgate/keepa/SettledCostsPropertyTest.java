package dev.tollgate.keepa;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import dev.tollgate.VirtualTime;
import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.budget.Terms;
import dev.tollgate.queue.Admission;
import dev.tollgate.queue.AdmissionQueue;
import dev.tollgate.queue.CostEstimator;
import dev.tollgate.sandbox.KeepaSimulator;
import dev.tollgate.sandbox.SimulatedReply;
import dev.tollgate.store.InMemoryStateStore;

import static org.assertj.core.api.Assertions.assertThat;

/** However calls, replies and time are mixed, what was settled is what Keepa charged, and the balance is Keepa's. */
class SettledCostsPropertyTest {

    private static final String[] QUERIES = {"/product?asin=B1", "/product?offers=40&stock=1&asin=B1,B2,B3,B4",
        "/search?term=tea", "/deal?", "/graphimage?asin=B1", "/lightningdeal?domain=1", "/product?key=invalid&asin=B1",
        "/seller?storefront=1&update=1&seller=A,B", "/tracking?type=list", "/bestsellers?category="};

    @Property(tries = 500)
    void theSumOfSettledCostsNeverDiffersFromKeepas(@ForAll @Size(min = 1, max = 120) List<@IntRange(max = 9999) Integer> acts,
            @ForAll @IntRange(min = 1, max = 60) int rate, @ForAll @IntRange(max = 1000) int flowPermille) {
        VirtualTime time = new VirtualTime();
        Plan plan = Plan.ofRate(rate, flowPermille * (long) rate, Plan.MINUTE);
        KeepaSimulator keepa = new KeepaSimulator(plan, 60L * rate, time);
        KeepaDesk toll = toll(plan, time);
        List<Flight> inTheAir = new ArrayList<>();

        for (int act : acts) {
            step(act, time, keepa, toll, inTheAir);
        }
        while (!inTheAir.isEmpty()) {
            inTheAir.remove(0).land(toll);
        }

        assertThat(toll.status().consumed()).isEqualTo(keepa.charged());
        if (rate > flowPermille * rate / 1000) {
            time.pass(Duration.ofDays(3));
            Admission last = toll.arrive(KeepaCall.of("/product", "asin=B1", null), ServiceClass.BACKFILL);
            Flight.of(last, "/product?asin=B1", keepa).land(toll);
            assertThat(toll.status().balance()).isEqualTo(keepa.token().tokensLeft());
        }
    }

    /** An act is a call that flies, a reply that lands (any of those in the air, so they overtake each other), or time. */
    private static void step(int act, VirtualTime time, KeepaSimulator keepa, KeepaDesk toll, List<Flight> inTheAir) {
        int what = act % 4;
        int which = act / 4;
        if (what < 2) {
            String query = QUERIES[which % QUERIES.length];
            Admission ticket = toll.arrive(call(query), ServiceClass.INTERACTIVE);
            if (ticket.isAdmitted()) {
                inTheAir.add(Flight.of(ticket, query, keepa));
            } else {
                toll.line().leave(ticket);
            }
        } else if (what == 2 && !inTheAir.isEmpty()) {
            inTheAir.remove(which % inTheAir.size()).land(toll);
        } else {
            time.pass(Duration.ofMillis(which * 37L % 90_000));
        }
    }

    private static KeepaDesk toll(Plan plan, VirtualTime time) {
        Terms terms = new Terms(0, Duration.ofDays(1), Duration.ofDays(30));
        InMemoryStateStore<BucketState> store = new InMemoryStateStore<>(key ->
                BucketState.unheard(plan, 60L * plan.refillRate(), time.instant()));
        return new KeepaDesk(new AdmissionQueue(store, "keepa", terms, 100, time), new CostEstimator(), time);
    }

    private static KeepaCall call(String query) {
        String[] parts = query.split("\\?", 2);
        return KeepaCall.of(parts[0], parts[1], null);
    }

    /** A call that Keepa has answered and whose reply is still under way. */
    private record Flight(Admission ticket, SimulatedReply reply) {

        static Flight of(Admission ticket, String query, KeepaSimulator keepa) {
            String[] parts = query.split("\\?", 2);
            return new Flight(ticket, keepa.reply("GET", parts[0], parts[1], null));
        }

        void land(KeepaDesk toll) {
            toll.settle(ticket, reply.status(), reply.body());
            toll.line().leave(ticket);
        }
    }
}
