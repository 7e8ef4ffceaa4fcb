package dev.tollgate.queue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.tollgate.budget.Bucket;
import dev.tollgate.budget.BucketEvent;
import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Charge;
import dev.tollgate.budget.Decision;
import dev.tollgate.budget.Lose;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.Price;
import dev.tollgate.budget.Reservation;
import dev.tollgate.budget.Reserve;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.budget.Terms;
import dev.tollgate.store.Step;

/**
 * What one node does with a bucket that several share, in one step: settles its calls, lets those in whose turn it is over all
 * nodes, and says who is first in its own line then. A pure function of the state, the time of all nodes, and what the node wants.
 *
 * <p>Each node's line is in order of arrival, and each publishes its first: the earliest of all firsts is the earliest of all who
 * wait. It alone is let in; so callers are served as they came, at whichever node. The rules between the classes are those of
 * {@link AdmissionQueue}, over all nodes.
 *
 * @param node   the one that acts
 * @param epoch  of its start
 * @param line   tells its line from one that an edit has replaced
 * @param terms  the policy
 * @param nodes  what is known of the others
 */
record Turnstile(String node, long epoch, String line, Terms terms, Nodes nodes) {

    /** At most so many are let in by one step, so that no step takes long and others have their turn. */
    static final int MOST = 64;

    /** So that the same heads are the same state, whoever writes it. */
    private static final Comparator<Head> ORDER = Comparator.comparing(Head::node).thenComparing(Head::line).thenComparing(Head::serviceClass);

    /**
     * What is known of other nodes, by their name and the epoch of their start.
     *
     * @param heard whether who waits there is still to be waited for
     * @param over  whether nobody will settle what it has reserved
     */
    record Nodes(BiPredicate<String, Long> heard, BiPredicate<String, Long> over) {

        /** There are no others. */
        static final Nodes NONE = new Nodes((node, epoch) -> false, (node, epoch) -> false);
    }

    /** One who waits. */
    record Caller(String id, Price price, ServiceClass serviceClass, long arrivedAt) {

        long claim() {
            return ClassQueue.claim(price);
        }
    }

    /**
     * Those of one class who wait at the node.
     *
     * @param first   the first of them, in order, at most {@link #MOST}
     * @param claimed milli-tokens that all of them wait for
     * @param waiting how many they are
     */
    record Line(List<Caller> first, long claimed, int waiting) {

        static final Line EMPTY = new Line(List.of(), 0, 0);
    }

    /**
     * What the node wants.
     *
     * @param events what happened to calls, in order
     */
    record Wanted(List<BucketEvent<?>> events, Line interactive, Line background) {
    }

    /**
     * What became of it.
     *
     * @param admitted who may go, by id
     * @param first    what the first of each class who does not go has to wait for
     * @param changed  whether there is something to keep but the passing of time
     * @param bucket   the tokens after it
     * @param others   the heads of other lines that count
     */
    record Passed(Map<String, Decision> admitted, Map<ServiceClass, Decision> first, boolean changed, BucketState bucket, List<Head> others) {
    }

    /** One step under way. */
    private final class Turn {

        private BucketState bucket;
        private long putBy;
        private final Instant now;
        private final List<Head> others;
        private final Map<String, Decision> admitted = new LinkedHashMap<>();
        private final Map<ServiceClass, Decision> first = new LinkedHashMap<>();
        private Waiting interactive = new Waiting(Line.EMPTY);
        private Waiting background = new Waiting(Line.EMPTY);

        Turn(SharedState state, Instant now) {
            this.bucket = Bucket.advance(state.bucket(), now);
            this.putBy = state.putBy();
            this.now = now;
            this.others = state.heads().stream().filter(head -> !isMine(head) && nodes.heard.test(head.node(), head.epoch())).toList();
        }

        private <R> R happen(BucketEvent<R> event) {
            Step<BucketState, R> step = Bucket.next(bucket, event, now);
            bucket = step.state();
            return step.result();
        }

        /** Nobody settles what a dead node has reserved: where replies tell what is left the next one will, else it is spent. */
        private void bury() {
            for (Reservation left : bucket.inFlight()) {
                if (left.lostAt() == 0 && isOver(left.id())) {
                    happen(terms.metered() ? new Lose(left.id()) : new Charge(left.id(), left.price().expected()));
                }
            }
        }

        private void admit(Waiting waiting) {
            for (Caller next = waiting.next(); next != null && admitted.size() < MOST; next = waiting.next()) {
                if (bucket.reservation(next.id()).isPresent()) { // by a step of which it was not known whether it was kept
                    pass(waiting, next, new Decision(Decision.Verdict.ADMITTED, Instant.ofEpochMilli(bucket.at()), 0));
                    continue;
                }
                Decision word = happen(request(next));
                if (!word.admitted()) {
                    first.put(next.serviceClass(), word);
                    return;
                }
                pass(waiting, next, word);
            }
        }

        private void pass(Waiting waiting, Caller caller, Decision word) {
            admitted.put(caller.id(), word);
            waiting.pass(caller);
            if (caller.serviceClass() == ServiceClass.BACKFILL) {
                putBy = 0;
            } else {
                putBy = Math.min(neededOfBackground(), putBy + caller.price().expected() * Plan.TOKEN / AdmissionQueue.SHARE);
            }
        }

        private Reserve request(Caller caller) {
            boolean urgent = caller.serviceClass() == ServiceClass.INTERACTIVE;
            long ahead = others(caller.serviceClass()).filter(head -> head.isBefore(caller.arrivedAt(), node)).mapToLong(Head::claim).sum();
            long needed = neededOfBackground();
            long overtaking = urgent || putBy >= needed ? 0 : interactive.claimed() + others(ServiceClass.INTERACTIVE).mapToLong(Head::claimed).sum();
            long keepBack = urgent && needed > 0 ? Math.min(needed, putBy + ahead / AdmissionQueue.SHARE) : 0;
            return new Reserve(caller.id(), caller.price(), caller.serviceClass(), terms, ahead + overtaking, keepBack);
        }

        /** What the first background call over all nodes needs; 0 without one. */
        private long neededOfBackground() {
            Head mine = background.head(ServiceClass.BACKFILL);
            return Stream.concat(Stream.ofNullable(mine), others(ServiceClass.BACKFILL))
                    .reduce((one, other) -> other.isBefore(one.arrivedAt(), one.node()) ? other : one)
                    .map(head -> head.needed(terms, bucket.plan())).orElse(0L);
        }

        Waiting waiting(ServiceClass serviceClass) {
            return serviceClass == ServiceClass.INTERACTIVE ? interactive : background;
        }

        private Stream<Head> others(ServiceClass serviceClass) {
            return others.stream().filter(head -> head.serviceClass() == serviceClass);
        }
    }

    /** Those of a class who wait, one less with each who goes. */
    private final class Waiting {

        private final Line line;
        private int passed;
        private long claimed;

        Waiting(Line line) {
            this.line = line;
            this.claimed = line.claimed();
        }

        @Nullable Caller next() {
            return passed < line.first().size() ? line.first().get(passed) : null;
        }

        void pass(Caller caller) {
            passed++;
            claimed -= caller.claim();
        }

        long claimed() {
            return claimed;
        }

        @Nullable Head head(ServiceClass serviceClass) {
            Caller next = next();
            return next == null ? null : new Head(node, epoch, Turnstile.this.line, serviceClass, next.arrivedAt(), next.claim(), claimed,
                    line.waiting() - passed);
        }
    }

    /** What the node does with the state at that moment. */
    Step<SharedState, Passed> pass(SharedState state, Instant now, Wanted wanted) {
        BucketState before = Bucket.advance(state.bucket(), now);
        Turn turn = new Turn(state, now);
        turn.bury();
        wanted.events().forEach(turn::happen);
        turn.interactive = new Waiting(wanted.interactive());
        turn.background = new Waiting(wanted.background());
        turn.admit(turn.interactive);
        turn.admit(turn.background);
        List<Head> heads = new ArrayList<>(turn.others);
        Stream.of(ServiceClass.INTERACTIVE, ServiceClass.BACKFILL).map(each -> turn.waiting(each).head(each)).filter(head -> head != null)
                .forEach(heads::add);
        heads.sort(ORDER);
        SharedState next = new SharedState(turn.bucket, heads, turn.neededOfBackground() == 0 ? 0 : turn.putBy);
        boolean changed = !turn.bucket.equals(before) || next.putBy() != state.putBy() || !places(next).equals(places(state));
        return new Step<>(next, new Passed(turn.admitted, turn.first, changed, turn.bucket, turn.others));
    }

    /** The heads without the sums of their lines, which alone are not worth a change. */
    private static List<Head> places(SharedState state) {
        return state.heads().stream().map(Head::place).toList();
    }

    private boolean isMine(Head head) {
        return head.node().equals(node) && head.epoch() == epoch && head.line().equals(line);
    }

    /** An id begins with the node that has made it and the epoch of its start; one of a gateway alone tells nothing. */
    private boolean isOver(String id) {
        int serial = id.lastIndexOf(':');
        int start = serial < 0 ? -1 : id.lastIndexOf(':', serial - 1);
        return start > 0 && nodes.over.test(id.substring(0, start), Long.parseLong(id.substring(start + 1, serial)));
    }
}
