package dev.tollgate.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.Price;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.budget.Terms;
import dev.tollgate.queue.Turnstile.Caller;
import dev.tollgate.queue.Turnstile.Line;
import dev.tollgate.queue.Turnstile.Nodes;
import dev.tollgate.queue.Turnstile.Wanted;
import dev.tollgate.store.Step;

import static org.assertj.core.api.Assertions.assertThat;

/** One step of a node at a bucket that others share. */
class TurnstileTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Plan TEN_A_MINUTE = new Plan(10, 0, 10 * Plan.TOKEN, Plan.MINUTE);
    private static final Terms UNMETERED = new Terms(0, Duration.ofDays(300), Duration.ofMinutes(3), false);
    private static final Terms METERED = new Terms(0, Duration.ofDays(300), Duration.ofMinutes(3), true);

    @Test
    void whoCameEarlierAtANodeThatIsHeardGoesFirst() {
        SharedState state = state(3, new Head("b", 1, "l", ServiceClass.INTERACTIVE, millis(-1000), 5 * Plan.TOKEN, 5 * Plan.TOKEN, 1));
        assertThat(pass("a", state, METERED, heard(true), false, caller("a:1:x-1", 1, 0)).result().admitted()).isEmpty();
        assertThat(pass("a", state, METERED, heard(true), false, caller("a:1:x-1", 1, -2000)).result().admitted()).containsKey("a:1:x-1");
        assertThat(pass("a", state, METERED, heard(false), false, caller("a:1:x-1", 1, 0)).result().admitted())
                .as("nobody waits for a silent node").containsKey("a:1:x-1");
    }

    @Test
    void ofTwoWhoCameAtOnceOneGoesFirstAtBothNodes() {
        Head other = new Head("b", 1, "l", ServiceClass.INTERACTIVE, millis(0), Plan.TOKEN, Plan.TOKEN, 1);
        assertThat(pass("a", state(3, other), METERED, heard(true), false, caller("a:1:x-1", 1, 0)).result().admitted()).isNotEmpty();
        assertThat(pass("c", state(3, other), METERED, heard(true), false, caller("c:1:x-1", 1, 0)).result().admitted()).isEmpty();
    }

    @Test
    void whatADeadNodeHasReservedIsSpentWhereNoReplyTellsAndUnknownWhereOneWill() {
        SharedState there = pass("b", state(10), UNMETERED, heard(true), false, caller("b:1:y-1", 4, 0)).state();
        BucketState spent = pass("a", there, UNMETERED, heard(false), true).state().bucket();
        assertThat(spent.inFlight()).isEmpty();
        assertThat(spent.balance()).isEqualTo(6 * Plan.TOKEN);

        BucketState unknown = pass("a", there, METERED, heard(false), true).state().bucket();
        assertThat(unknown.inFlight()).singleElement().satisfies(left -> assertThat(left.lostAt()).isPositive());
        assertThat(unknown.balance()).isEqualTo(10 * Plan.TOKEN);
        assertThat(unknown.available()).isEqualTo(6 * Plan.TOKEN);
    }

    /** A step of which it was not known whether it was kept. */
    @Test
    void aCallThatIsReservedAlreadyIsNotReservedAgain() {
        SharedState there = pass("a", state(10), UNMETERED, heard(true), false, caller("a:1:x-1", 4, 0)).state();
        Step<SharedState, Turnstile.Passed> again = pass("a", there, UNMETERED, heard(true), false, caller("a:1:x-1", 4, 0));
        assertThat(again.result().admitted()).containsKey("a:1:x-1");
        assertThat(again.state().bucket().inFlight()).hasSize(1);
    }

    @Test
    void timeAloneIsNothingToKeep() {
        SharedState there = pass("a", state(0), UNMETERED, heard(true), false, caller("a:1:x-1", 4, 0)).state();
        Wanted same = new Wanted(List.of(), new Line(List.of(caller("a:1:x-1", 4, 0)), 4 * Plan.TOKEN, 1), Line.EMPTY);
        Turnstile turnstile = new Turnstile("a", 1, "l", UNMETERED, heard(true));
        assertThat(turnstile.pass(there, NOW.plusSeconds(1), same).result().changed()).isFalse();
        assertThat(turnstile.pass(there, NOW.plusSeconds(61), same).result().changed()).as("the tokens have come").isTrue();
    }

    private static Step<SharedState, Turnstile.Passed> pass(String node, SharedState state, Terms terms, Nodes nodes, boolean over, Caller... callers) {
        Nodes known = over ? new Nodes(nodes.heard(), (other, epoch) -> !other.equals(node)) : nodes;
        return new Turnstile(node, 1, "l", terms, known).pass(state, NOW, new Wanted(List.of(), new Line(List.of(callers),
                List.of(callers).stream().mapToLong(Caller::claim).sum(), callers.length), Line.EMPTY));
    }

    private static Nodes heard(boolean heard) {
        return new Nodes((node, epoch) -> heard, (node, epoch) -> false);
    }

    private static SharedState state(long tokens, Head... heads) {
        return new SharedState(BucketState.unheard(TEN_A_MINUTE, tokens, NOW), List.of(heads), 0);
    }

    private static Caller caller(String id, long tokens, long arrived) {
        return new Caller(id, Price.exactly(tokens), ServiceClass.INTERACTIVE, millis(arrived));
    }

    private static long millis(long after) {
        return NOW.toEpochMilli() + after;
    }
}
