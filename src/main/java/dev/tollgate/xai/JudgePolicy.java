package dev.tollgate.xai;

import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestProblem;
import dev.tollgate.kit.QuotaSpent;
import dev.tollgate.quota.DailyQuota;
import dev.tollgate.quota.QuotaView;
import dev.tollgate.verdict.Lookup;
import dev.tollgate.verdict.Saving;
import dev.tollgate.verdict.VerdictCache;
import dev.tollgate.verdict.VerdictKey;

/**
 * The steps of a judgement that a route cannot say well. The order of the steps is the route's: cache, one flight, quota,
 * call, verdict saved; and the safe verdict wherever that ends early.
 */
public final class JudgePolicy {

    private static final Logger LOG = LoggerFactory.getLogger(JudgePolicy.class);

    private final VerdictCache cache;
    private final DailyQuota quota;
    private final PolicyFiles files;
    private final String model;
    private final boolean safeVerdict;
    /** Null for a gateway that knows of no other. */
    private final SharedVerdicts shared;
    private final LongAdder fallbacks = new LongAdder();

    /** @throws IllegalArgumentException when the prompt or the schema beside the routes cannot be used */
    JudgePolicy(VerdictCache cache, DailyQuota quota, PolicyFiles files, XaiProperties properties, SharedVerdicts shared) {
        this.cache = cache;
        this.shared = shared;
        this.quota = quota;
        this.files = files;
        this.model = properties.model();
        this.safeVerdict = properties.safeVerdict();
        files.prompt();
        files.schema();
        if (shared != null) {
            shared.tellUntold(cache::save);
        }
    }

    /**
     * Checks the body of {@code POST /judge}.
     *
     * @throws Refusal 400 that names every field that is wrong, 413 for a body over the limit
     */
    public JudgeQuestion.Accepted read(@Body byte[] body,
            @ExchangeProperty(RequestProblem.PROPERTY) RequestProblem problem) {
        JudgeQuestion question = JudgeQuestionReader.read(XaiBody.of(body, problem));
        if (question instanceof JudgeQuestion.Rejected rejected) {
            throw Refusal.of(400, rejected.message());
        }
        return (JudgeQuestion.Accepted) question;
    }

    /** The judgement that was paid for before; null when there is none that still holds. */
    Judgement cached(String key) {
        return cache.lookup(new VerdictKey(key)) instanceof Lookup.Hit hit ? Judgement.cached(hit.value()) : null;
    }

    /** As {@link #cached}, uncounted: for a leader's second look, which goes to the other nodes where there are any. */
    Optional<Judgement> known(String key) {
        if (cache.peek(new VerdictKey(key)) instanceof Lookup.Hit hit) {
            return Optional.of(Judgement.cached(hit.value()));
        }
        return shared == null ? Optional.empty() : knownElsewhere(key, shared.board(key));
    }

    private Optional<Judgement> knownElsewhere(String key, SharedVerdicts.Found found) {
        if (found instanceof SharedVerdicts.Found.Known known) {
            cache.save(new VerdictKey(key), known.verdict());
            return Optional.of(Judgement.cached(known.verdict()));
        }
        return found instanceof SharedVerdicts.Found.StillAsked still
                ? Optional.of(failed("the same question is still on its way at node " + still.node())) : Optional.empty();
    }

    /** Whether a verdict is kept here. */
    boolean isKept(String key) {
        return cache.peek(new VerdictKey(key)) instanceof Lookup.Hit;
    }

    /** The leader's call is over, whatever it brought. */
    void ended(String key) {
        if (shared != null) {
            shared.end(key);
        }
    }

    /**
     * The request's body, from the files beside the route.
     *
     * @throws IllegalArgumentException when one of them cannot be used; nothing has been counted or sent yet
     */
    public byte[] request(JudgeQuestion.Accepted question) {
        return files.prompt().request(question.request(), model, files.schema());
    }

    /** Reads an answer of the API, keeps its verdict on disk and hands it on; an unusable answer is kept nowhere and falls back. */
    public Judgement settle(JudgeQuestion.Accepted question, @Body byte[] answer) {
        VerdictReading reading = VerdictReader.read(answer, files.schema());
        if (reading instanceof VerdictReading.Unusable unusable) {
            return failed(unusable.reason());
        }
        boolean read = ((VerdictReading.Judged) reading).verdict();
        boolean verdict = shared == null ? read : shared.land(question.key(), read);
        return cache.save(new VerdictKey(question.key()), verdict) instanceof Saving.MemoryOnly kept
                ? Judgement.fresh(verdict, "the verdict could not be saved: " + kept.reason())
                : Judgement.fresh(verdict, null);
    }

    /**
     * The judgement without an answer: an expired verdict where there is one and the day is spent, else the safe one, for a
     * reason that holds nothing of the upstream's text. It is never kept.
     */
    public Judgement fallback(JudgeQuestion.Accepted question, Exception failure) {
        String reason = XaiProblem.reason(failure);
        if (QuotaSpent.in(failure).isPresent()) {
            return cache.peek(new VerdictKey(question.key())) instanceof Lookup.Stale stale
                    ? Judgement.stale(stale.value(), stale.age(), reason) : failed(reason);
        }
        LOG.warn("A judgement fell back: {}", reason);
        return failed(reason);
    }

    /** The call failed, or was not made: the safe verdict, never kept. */
    Judgement failed(String reason) {
        return Judgement.fallback(safeVerdict, reason);
    }

    /** The answer to one caller; counts it if it is a fallback. */
    public JudgeAnswer answer(Judgement judgement) {
        if (judgement.source() == Judgement.Source.FALLBACK) {
            fallbacks.increment();
        }
        QuotaView view = quota.view();
        return new JudgeAnswer(judgement.verdict(), judgement.source(), judgement.reason(), view.callsToday(), view.limit(),
                view.resetsAt().toString());
    }

    /** For the status page. */
    public XaiStatus status() {
        QuotaView view = quota.view();
        var kept = cache.view();
        return new XaiStatus(view.callsToday(), view.limit(), view.resetsAt().toString(), kept.entries(), kept.hits(),
                kept.misses(), fallbacks.sum(), view.warning());
    }
}
