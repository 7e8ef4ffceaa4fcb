package dev.tollgate.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.door.Caller;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RetryProperties;
import dev.tollgate.oauth.AccessTokens;
import dev.tollgate.oauth.SpApiProperties;
import dev.tollgate.oauth.TokenSource;
import dev.tollgate.secret.SecretUnreadableException;
import dev.tollgate.spapi.Restriction;
import dev.tollgate.spapi.Restrictions;
import dev.tollgate.spapi.SpApiCall;
import dev.tollgate.spapi.SpApiDoor;
import dev.tollgate.spapi.SpApiError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Works on restriction checks, one product at a time in each lane. A seller's lanes are as many as it takes to use the whole
 * rate although answers take their time; every verdict is on the disk before its lane takes another product.
 */
@Component("restrictionLanes")
public class RestrictionLanes {

    private static final Logger LOG = LoggerFactory.getLogger(RestrictionLanes.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WORK = "restrictionWork";

    /** How long a held up job waits before it looks whether its seller connected again; that costs Amazon no call. */
    private static final Duration RECONNECT = Duration.ofSeconds(3);

    private final Jobs jobs;
    private final RestrictionCheck kind;
    private final LaneBook book;
    private final SpApiDoor door;
    private final AccessTokens tokens;
    private final SpApiProperties properties;
    private final RetryProperties retry;
    private final Clock clock;
    private final Map<Job, Plan> plans = Collections.synchronizedMap(new WeakHashMap<>());

    RestrictionLanes(Jobs jobs, RestrictionCheck kind, LaneBook book, SpApiDoor door, AccessTokens tokens,
            SpApiProperties properties, RetryProperties retry, Clock clock) {
        this.jobs = jobs;
        this.kind = kind;
        this.book = book;
        this.door = door;
        this.tokens = tokens;
        this.properties = properties;
        this.retry = retry;
        this.clock = clock;
    }

    /** The lanes to open now: the seller of each. */
    public List<String> open() {
        return book.open(jobs.due(RestrictionCheck.TYPE).map(jobs::seller).distinct().toList());
    }

    /** Takes the next product of a lane's seller, oldest job first; false closes the lane. */
    public boolean take(@ExchangeProperty("restrictionSeller") String seller, Exchange exchange) throws IOException {
        Optional<Work> work = Optional.empty();
        try {
            work = exchange.getContext().isStopping() ? Optional.empty() : next(seller);
        } finally {
            if (work.isEmpty()) {
                book.close(seller);
            }
        }
        work.ifPresent(taken -> exchange.setProperty(WORK, taken));
        return work.isPresent();
    }

    private Optional<Work> next(String seller) throws IOException {
        for (Job job : jobs.due(RestrictionCheck.TYPE).filter(due -> seller.equals(jobs.seller(due))).toList()) {
            if (job.pending().isEmpty()) {
                job.finish(JobState.DONE, null);
            } else if (!properties.missingForTokens().isEmpty()) {
                job.holdUp("The gateway has no credential for Amazon: set " + String.join(", ", properties.missingForTokens()),
                        clock.instant());
            } else {
                Plan plan = plans.computeIfAbsent(job, known -> new Plan(RestrictionOrder.of(known.order()), new HandOut()));
                Optional<String> asin = plan.handOut.next(job::pending);
                if (asin.isPresent()) {
                    return Optional.of(new Work(job, plan.order, plan.handOut, asin.get()));
                }
            }
        }
        return Optional.empty();
    }

    /** Makes a call of it, which leaves when nobody else wants the turn. */
    public void ask(@ExchangeProperty(WORK) Work work, Exchange exchange) {
        work.job.run();
        RestrictionOrder order = work.order;
        TokenSource source = order.bringsToken() ? TokenSource.ofRefreshToken(tokens, kind.refreshToken(order))
                : TokenSource.ofSeller(tokens, order.sellerId());
        exchange.setProperty(SpApiCall.PROPERTY, door.call(order.sellerId(), source, order.region(), order.request(work.asin)));
        exchange.setProperty(Caller.PROPERTY, (Caller) () -> work.job.state().isEnd() || exchange.getContext().isStopping());
    }

    /** Writes down what Amazon says, unless it says that it cannot answer now. */
    public void keep(@ExchangeProperty(WORK) Work work, Exchange exchange) throws IOException {
        int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        String body = new String(Optional.ofNullable(exchange.getMessage().getBody(byte[].class)).orElse(new byte[0]), StandardCharsets.UTF_8);
        List<Restriction> verdicts = Restrictions.read(status, body, work.asin, work.order.marketplaceIds());
        String error = verdicts.get(0).error();
        if (status == 503 || SpApiError.isExpiredToken(status, body)) {
            work.job.holdUp("Amazon answered " + error + "; trying again", clock.instant());
        } else if (status >= 500 && mayAskAgain(work, error)) {
            LOG.warn("Job {}: Amazon answered {} to {}, which is asked again", work.job.id(), error, work.asin);
        } else if (status == 403 && work.job.totals().done() == 0) {
            work.job.finish(JobState.FAILED, "Amazon answered " + error);
        } else {
            work.job.append(List.of(entry(work.asin, verdicts)), 0);
        }
        work.handOut.back(work.asin);
    }

    /** Amazon failed on one product: it is asked about again when the others are done, and then with growing waits. */
    private boolean mayAskAgain(Work work, String error) {
        int failures = work.handOut.failed(work.asin);
        if (failures > 1) {
            long wait = Math.min(retry.maxDelay().toMillis(), retry.initialDelay().toMillis() << Math.min(failures - 2, 20));
            work.job.holdUpUntil("Amazon answered " + error + "; trying again", clock.instant().plusMillis(wait));
        }
        return failures <= retry.maxRetries();
    }

    /** There is no answer; the product is asked about later. */
    public void failed(@ExchangeProperty(WORK) Work work, Exchange exchange) throws IOException {
        Exception thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        work.handOut.back(work.asin);
        if (work.job.state().isEnd() || exchange.getContext().isStopping()) {
            return; // nobody wants it any more, or the next process asks
        }
        if (thrown instanceof SecretUnreadableException) {
            work.job.finish(JobState.FAILED, "The refresh token of this order cannot be read: its master key is not at hand. Order again.");
        } else if (!(thrown instanceof Refusal refusal)) {
            LOG.warn("Job {} got no answer and tries again: {}", work.job.id(), thrown.toString());
            work.job.holdUp("Amazon did not answer; trying again", clock.instant());
        } else if (refusal.getStatus() != 403) {
            work.job.holdUp(refusal.getMessage() + " Trying again", clock.instant());
        } else if (work.order.bringsToken()) {
            work.job.finish(JobState.FAILED, "Amazon does not take the refresh token of this order. Order again with another one.");
        } else {
            work.job.holdUpUntil(refusal.getMessage() + " The job goes on then.", clock.instant().plus(RECONNECT));
        }
    }

    private static JobJournal.Entry entry(String asin, List<Restriction> verdicts) throws JsonProcessingException {
        boolean known = verdicts.stream().noneMatch(verdict -> verdict.result() == Restriction.Result.ERROR);
        return new JobJournal.Entry(asin, JSON.writeValueAsString(new Line(asin, verdicts)), known);
    }

    /** One line of the results. */
    private record Line(String asin, List<Restriction> results) {
    }

    /** What a job asks, and who works on what of it. */
    private record Plan(RestrictionOrder order, HandOut handOut) {
    }

    /** One product on its way. */
    record Work(Job job, RestrictionOrder order, HandOut handOut, String asin) {
    }
}
