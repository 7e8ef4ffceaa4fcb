package dev.tollgate.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.budget.Bucket;
import dev.tollgate.budget.BucketEvent;
import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Charge;
import dev.tollgate.budget.Decision;
import dev.tollgate.budget.Decision.Verdict;
import dev.tollgate.budget.Price;
import dev.tollgate.budget.Release;
import dev.tollgate.budget.Reservation;
import dev.tollgate.budget.Reserve;
import dev.tollgate.budget.Restore;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.budget.Settle;
import dev.tollgate.budget.Share;
import dev.tollgate.budget.Terms;
import dev.tollgate.queue.SharedBucket.AwayException;
import dev.tollgate.queue.Turnstile.Caller;
import dev.tollgate.queue.Turnstile.Line;
import dev.tollgate.queue.Turnstile.Nodes;
import dev.tollgate.queue.Turnstile.Passed;
import dev.tollgate.queue.Turnstile.Wanted;
import dev.tollgate.store.InMemoryStateStore;
import dev.tollgate.store.Step;

/**
 * The line of one node at a bucket that several share. Callers wait here; a {@link Turnstile} lets them in, a step at a time, on a
 * thread that may block. One step does for all who came together: what they have used, who goes, who is first then.
 *
 * <p>What is shown, and what a caller is told who would wait too long, comes from a copy of the state that is as old as the last
 * step. While the state cannot be reached the copy is this node's {@link Share} of it, and calls go on by that.
 */
public final class SharedQueue extends AdmissionQueue {

    private static final Logger LOG = LoggerFactory.getLogger(SharedQueue.class);
    private static final String KEY = "copy";
    /** Events that wait to be told, at most; of about 100 bytes each. Without the oldest the next reading corrects the balance. */
    private static final int MOST_EVENTS = 10_000;
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    /** The longest that a first in line goes without looking, in milliseconds; its tokens come at a known time mostly. */
    private static final long LOOK_MILLIS = 250;
    /** How soon to look again for what another node does, in milliseconds; later and later while it does nothing. */
    private static final long SOON_MILLIS = 10;
    private static final long LESS_SOON_MILLIS = 100;
    /** How often the sums of a line are told of which only the length has changed, in milliseconds. */
    private static final long SUMS_EVERY_MILLIS = 1000;
    private static final long CLOSED_MILLIS = 5000;
    /** For how long the others may not know what a call has used, where nobody waits for that. */
    private static final Duration UNHURRIED = Duration.ofMillis(20);

    private final SharedBucket shared;
    private final InMemoryStateStore<BucketState> copy;
    private final String owner;
    private final Turnstile turnstile;
    private final Turnstile alone;
    /** Steps that are wanted. */
    private final AtomicInteger work = new AtomicInteger();
    /** Bound: {@link #MOST_EVENTS}. */
    private final Deque<BucketEvent<?>> events = new ArrayDeque<>();
    /** Let in, to be told when the lock is given back. Bound: {@link Turnstile#MOST} of each class a step. */
    private List<CompletableFuture<Void>> ready = new ArrayList<>();
    /** Those of a step of which it is not known whether it was kept. Bound: as the last. */
    private List<Admission> uncertain = List.of();
    /** What is told of this node's lines. */
    private long toldSums;
    private long toldAt;
    private long toldFirst;
    private long timer;
    private int quiet;
    private boolean unhurried;
    private volatile @Nullable Share share;
    private volatile List<Head> others = List.of();
    private volatile boolean look;

    /**
     * @param shared      where the bucket lives
     * @param start       what it is thought to be until it was looked at
     * @param terms       as of a line that is alone
     * @param mostWaiting callers beyond this number at this node are denied with the true wait
     */
    public SharedQueue(SharedBucket shared, BucketState start, Terms terms, int mostWaiting) {
        this(shared, new InMemoryStateStore<>(key -> start), terms, mostWaiting,
                shared.node() + ":" + shared.epoch() + ":", AdmissionQueue.serial(shared.clock()));
    }

    private SharedQueue(SharedBucket shared, InMemoryStateStore<BucketState> copy, Terms terms, int mostWaiting, String owner, String line) {
        super(copy, KEY, terms, mostWaiting, shared.clock(), owner + line);
        this.shared = shared;
        this.copy = copy;
        this.owner = owner;
        Terms inLine = terms.withPatience(FOR_EVER); // once in line nobody is sent away
        this.turnstile = new Turnstile(shared.node(), shared.epoch(), line, inLine, new Nodes(shared::isHeard, shared::isOver));
        this.alone = new Turnstile(shared.node(), shared.epoch(), line, inLine, Nodes.NONE);
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public List<Head> others() {
        return others;
    }

    /** Whether this node goes on by itself, since it cannot ask the others. */
    public boolean isAlone() {
        return share != null;
    }

    /** Looks at the shared state, for whoever wants to see it; returns at once. */
    public void refresh() {
        look = true;
        nudge();
    }

    /** Looks at the shared state, and returns when it was seen, or cannot be. For a start only: it may block. */
    public void look() {
        try {
            shared.look().ifPresent(state -> put(state.bucket()));
        } catch (AwayException away) {
            LOG.debug("Not seen yet", away);
        }
    }

    /** Comes to the line, or is denied. Who may go is told by {@link #turn}. */
    @Override
    public Admission arrive(Quote quote, Price price, ServiceClass serviceClass) {
        return locked(() -> {
            Admission ticket = ticket(quote, price, serviceClass);
            Decision word = isClosed() ? new Decision(Verdict.DENIED, now(), CLOSED_MILLIS) : look(ticket, patience(ticket));
            if (word.denied() || ranks.size() >= mostWaiting) {
                deny(ticket, word);
            } else {
                waits(ticket, word);
            }
            return ticket;
        });
    }

    private boolean isClosed() {
        return shared.isAway() && !shared.mayShare();
    }

    @Override
    void waits(Admission ticket, Decision word) {
        ticket.notFirstAnyMore();
        super.waits(ticket, new Decision(Verdict.WAIT, word.at(), word.waitMillis()));
        if (ranks.of(ticket).first() == ticket) {
            nudge();
        }
    }

    /** Completes when the call may go, or waits no more. */
    @Override
    public CompletableFuture<Void> turn(Admission ticket) {
        return ticket.isWaiting() ? ticket.first().thenCompose(rang -> turn(ticket)) : CompletableFuture.completedFuture(null);
    }

    @Override
    public long millisUntilTurn(Admission ticket) {
        return ticket.isWaiting() ? STEP_MILLIS : 0;
    }

    /** What is known of a call; it was let in already if it may go. */
    @Override
    public Decision admit(Admission ticket) {
        return locked(() -> ticket.isWaiting() ? look(ticket, FOR_EVER) : ticket.decision());
    }

    @Override
    public void leave(Admission ticket) {
        boolean first = isFirst(ticket);
        super.leave(ticket);
        if (first) {
            nudge();
        }
    }

    /** Holds here at once, and for all nodes after the next step. */
    @Override
    public <R> R apply(BucketEvent<R> event) {
        return locked(() -> {
            tell(event);
            Share part = share;
            if (part == null && others.isEmpty() && ranks.size() == 0 && (event instanceof Settle || event instanceof Charge)) {
                nudgeUnhurried();
            } else {
                nudge();
            }
            return super.apply(part == null ? event : part.of(event, state()));
        });
    }

    private void tell(BucketEvent<?> event) {
        if (events.size() >= MOST_EVENTS) {
            events.removeFirst();
        }
        events.addLast(event);
    }

    /** Behind all who wait elsewhere, too. */
    @Override
    Reserve request(Admission ticket, Duration patience) {
        Reserve here = super.request(ticket, patience);
        long elsewhere = share != null ? 0 : others.stream().filter(head -> ticket.serviceClass() == ServiceClass.BACKFILL
                || head.serviceClass() == ServiceClass.INTERACTIVE).mapToLong(Head::claimed).sum();
        return new Reserve(here.id(), here.price(), here.serviceClass(), here.terms(), here.ahead() + elsewhere, here.keepBack());
    }

    @Override
    List<CompletableFuture<Void>> alarms() {
        if (ready.isEmpty()) {
            return List.of();
        }
        List<CompletableFuture<Void>> now = ready;
        ready = new ArrayList<>();
        return now;
    }

    /** Nobody waits for what a call has left over: the next call tells of it in its own step, if it comes soon, and waits for one less. */
    private void nudgeUnhurried() {
        if (!unhurried) {
            unhurried = true;
            shared.later(UNHURRIED, this::nudge);
        }
    }

    private void nudge() {
        if (work.getAndIncrement() == 0) {
            shared.later(Duration.ZERO, this::run);
        }
    }

    private void run() {
        int wanted = work.get();
        try {
            step();
        } catch (RuntimeException unexpected) {
            LOG.error("A step of a shared bucket failed; it is tried again", unexpected);
            after(AFTER_FAILURE);
        }
        if (work.addAndGet(-wanted) != 0) {
            shared.later(Duration.ZERO, this::run);
        }
    }

    private void after(Duration delay) {
        long mine = locked(() -> ++timer);
        shared.later(delay, () -> {
            if (locked(() -> timer) == mine) {
                nudge();
            }
        });
    }

    /** What is wanted of one step. */
    private record Batch(Wanted wanted, Map<String, Admission> tickets, long first, long sums, boolean look) {

        boolean isEmpty() {
            return wanted.events().isEmpty() && tickets.isEmpty();
        }
    }

    private void step() {
        Batch batch = locked(this::batch);
        if (!shared.isAway()) {
            try {
                together(batch);
                return;
            } catch (AwayException away) {
                LOG.debug("A step was not certainly kept", away);
                locked(() -> uncertain = List.copyOf(batch.tickets.values()));
            }
        }
        locked(this::alone);
    }

    private Batch batch() {
        Map<String, Admission> tickets = new HashMap<>();
        Line interactive = line(ServiceClass.INTERACTIVE, tickets);
        Line background = line(ServiceClass.BACKFILL, tickets);
        boolean wantsLook = look;
        look = false;
        unhurried = false;
        return new Batch(new Wanted(List.copyOf(events), interactive, background), tickets,
                31 * place(ServiceClass.INTERACTIVE) + place(ServiceClass.BACKFILL), interactive.claimed() + background.claimed(), wantsLook);
    }

    private long place(ServiceClass serviceClass) {
        Admission first = ranks.of(serviceClass).first();
        return first == null ? -1 : first.place();
    }

    private Line line(ServiceClass serviceClass, Map<String, Admission> tickets) {
        ClassQueue queue = ranks.of(serviceClass);
        if (queue.isEmpty()) {
            return Line.EMPTY;
        }
        List<Caller> first = new ArrayList<>();
        for (Admission ticket : queue.first(Turnstile.MOST)) {
            tickets.put(ticket.id(), ticket);
            first.add(new Caller(ticket.id(), ticket.price(), serviceClass, ticket.arrivedAt()));
        }
        return new Line(first, queue.claimed(), queue.size());
    }

    private void together(Batch batch) {
        boolean asBefore = batch.wanted.events().isEmpty() && batch.first == toldFirst;
        if (asBefore && batch.isEmpty() && !batch.look) {
            return;
        }
        boolean sums = batch.sums != toldSums && shared.clock().millis() - toldAt >= SUMS_EVERY_MILLIS;
        if (asBefore && !sums) {
            Optional<SharedState> seen = shared.look();
            if (seen.isPresent()) {
                Passed would = turnstile.pass(seen.get(), shared.clock().instant(), batch.wanted).result();
                if (!would.changed()) {
                    locked(() -> kept(batch, would, false));
                    return;
                }
            } else if (batch.isEmpty()) {
                return;
            }
        }
        Passed passed = shared.update((state, now) -> turnstile.pass(state, now, batch.wanted));
        locked(() -> kept(batch, passed, true));
    }

    private boolean kept(Batch batch, Passed passed, boolean told) {
        if (told) {
            for (int i = 0; i < batch.wanted.events().size() && !events.isEmpty(); i++) {
                events.removeFirst();
            }
            toldFirst = batch.first;
            toldSums = batch.sums;
            toldAt = shared.clock().millis();
            uncertain.stream().filter(ticket -> !ticket.isOpen()).forEach(ticket -> tell(new Release(ticket.id())));
            uncertain = List.of();
        }
        share = null;
        boolean news = !passed.others().equals(others) || passed.changed();
        others = passed.others();
        put(replayed(passed.bucket()));
        passed.admitted().forEach((id, word) -> {
            if (!let(batch.tickets.get(id), word)) {
                tell(new Release(id));
            }
        });
        goOn(passed, news);
        return true;
    }

    /** The state with what this node has not told yet. */
    private BucketState replayed(BucketState told) {
        BucketState state = told;
        Instant now = now();
        for (BucketEvent<?> event : events) {
            state = Bucket.next(state, event, now).state();
        }
        return state;
    }

    private void put(BucketState state) {
        copy.update(KEY, before -> new Step<>(state, true));
    }

    private boolean let(@Nullable Admission ticket, Decision word) {
        if (ticket == null || !ticket.isWaiting()) {
            return false; // it left while the step was under way
        }
        ready.add(ticket.first());
        passed(ticket, word);
        return true;
    }

    /** Goes on with this node's part of the bucket, if that is allowed. */
    private boolean alone() {
        Share part = share;
        if (part == null) {
            part = new Share(shared.nodes());
            share = part;
            others = List.of();
            put(part.of(state(), owner));
            LOG.info("A bucket cannot be shared now: {}", shared.mayShare() ? "this node goes on with 1/" + part.nodes() + " of it"
                    : "nothing passes");
        }
        if (!shared.mayShare()) {
            after(AFTER_FAILURE);
            return false;
        }
        Batch batch = batch();
        Passed passed = alone.pass(new SharedState(copy.get(KEY)), now(), new Wanted(List.of(), batch.wanted.interactive(),
                batch.wanted.background())).result();
        put(passed.bucket());
        passed.admitted().forEach((id, word) -> {
            let(batch.tickets.get(id), word);
            passed.bucket().reservation(id).map(Restore::new).ifPresent(this::tell);
        });
        goOn(passed, true);
        if (batch.tickets.isEmpty() && !events.isEmpty()) {
            after(AFTER_FAILURE); // until they can be told
        }
        return true;
    }

    /** Sees to the next step, if somebody waits for one. */
    private void goOn(Passed passed, boolean news) {
        quiet = news ? 0 : quiet + 1;
        if (Stream.of(ServiceClass.values()).anyMatch(each -> !ranks.of(each).isEmpty() && !passed.first().containsKey(each))
                || !events.isEmpty() && share == null) {
            nudge(); // for who came behind those who went while the step was under way
            return;
        }
        if (passed.first().isEmpty()) {
            return;
        }
        boolean onOthers = share == null && (passed.first().values().stream().anyMatch(word -> word.waitMillis() == 0)
                || passed.bucket().inFlight().stream().anyMatch(this::isAwaitedElsewhere));
        long soon = passed.first().values().stream().mapToLong(Decision::waitMillis).min().orElse(0);
        long most = onOthers ? Math.min(LESS_SOON_MILLIS, SOON_MILLIS << Math.min(quiet, 4)) : LOOK_MILLIS;
        after(Duration.ofMillis(Math.max(1, soon == 0 ? most : Math.min(soon, most))));
    }

    private boolean isAwaitedElsewhere(Reservation reservation) {
        return reservation.lostAt() == 0 && !reservation.id().startsWith(owner);
    }
}
