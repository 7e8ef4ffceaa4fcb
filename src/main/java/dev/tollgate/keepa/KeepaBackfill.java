package dev.tollgate.keepa;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

import dev.tollgate.budget.BucketState;
import dev.tollgate.budget.Decision;
import dev.tollgate.budget.Plan;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.gateway.Caller;
import dev.tollgate.gateway.FailedCall;
import dev.tollgate.gateway.Plausible;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.ReplyTooLongException;
import dev.tollgate.jobs.Job;
import dev.tollgate.jobs.JobJournal;
import dev.tollgate.jobs.JobJournal.Entry;
import dev.tollgate.jobs.JobKind;
import dev.tollgate.jobs.JobState;
import dev.tollgate.jobs.Jobs;
import dev.tollgate.keepa.BackfillBatches.Batch;
import dev.tollgate.kit.AroundPolicy;

/**
 * Fetches long lists of products from Keepa, batch by batch, behind everybody who waits for an answer. The route takes
 * the next batch, sends it through the same policy as any call, and has it written down before it takes another.
 */
@Component("keepaBackfill")
public class KeepaBackfill implements JobKind, AroundPolicy {

    static final String TYPE = "keepa-backfill";

    private static final Logger LOG = LoggerFactory.getLogger(KeepaBackfill.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WORK = "keepaBackfillWork";

    /** Of a product, until results show how long they are. */
    private static final long LEAST_BYTES = 64 << 10;

    /** An ASIN; all are priced alike. */
    private static final String ANY = "B000000000";

    /** Nothing is wrong with the request: the key is not taken or not paid, or Keepa is busy. */
    private static final Set<Integer> NOT_NOW = Set.of(401, 402, 403, 408, 429);

    /** After so many refusals of single ASINs, and nothing else, it is the order that Keepa refuses. */
    private static final int ALL_WRONG = 20;

    /** Characters of what Keepa says is wrong. */
    private static final int LONGEST_REASON = 300;

    private final ObjectProvider<Jobs> jobs;
    private final KeepaBalance balance;
    private final KeepaKey key;
    private final BatchPlanner planner;
    private final Clock clock;
    private volatile Work inLine;

    KeepaBackfill(ObjectProvider<Jobs> jobs, KeepaBalance balance, KeepaKey key, Clock clock) {
        this.jobs = jobs;
        this.balance = balance;
        this.key = key;
        this.planner = new BatchPlanner(balance.estimator());
        this.clock = clock;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String api() {
        return "keepa";
    }

    @Override
    public void check(JsonNode fields, List<String> items) {
        BackfillOrder.kept(fields, items);
    }

    @Override
    public JsonNode accept(JsonNode fields, List<String> items) {
        return BackfillOrder.read(fields, items).fields();
    }

    @Override
    public long etaSeconds(Job job) {
        List<String> batch = Collections.nCopies(Math.min(BatchPlanner.MOST, job.left()), ANY);
        return batch.isEmpty() ? 0 : planner.etaSeconds(BackfillOrder.kept(job.order(), List.of(ANY)), batch, job.left(), balance.state());
    }

    @Override
    public boolean isHeldUp() {
        return balance.queue().waiting(ServiceClass.BACKFILL) > 0;
    }

    @Override
    public String waitsFor() {
        Work work = inLine;
        if (work == null) {
            return "Waiting for tokens";
        }
        BucketState state = balance.state();
        long missing = planner.expected(work.order(), work.batch.asins()) * Plan.TOKEN - state.available();
        Instant then = clock.instant().plusMillis(Math.min(Decision.NEVER, state.millisUntil(missing)));
        return "Waiting for tokens until %s".formatted(then.truncatedTo(ChronoUnit.SECONDS));
    }

    /** Takes the next batch of the oldest job that the disk has room for; none when there is nothing to do now. */
    public void take(Exchange exchange) {
        exchange.removeProperty(WORK);
        Jobs all = jobs.getObject();
        while (exchange.getProperty(WORK) == null && !exchange.getContext().isStopping() && all.writeAgain(TYPE)) {
            Job job = all.next(TYPE).orElse(null);
            if (job == null) {
                return;
            }
            if (job.left() == 0) {
                job.finishOrWait(JobState.DONE, null, clock.instant());
            } else if (!key.isConfigured()) {
                job.holdUp(KeepaEntrance.NO_KEY, clock.instant());
            } else {
                begin(job, exchange);
            }
        }
    }

    private void begin(Job job, Exchange exchange) {
        BackfillBatches batches = batches(job).orElse(null);
        Batch batch = batches == null ? null : batches.next(job.pending(), balance.state().plan());
        if (batch == null) {
            return; // it has ended meanwhile
        }
        if (!job.hasRoomFor(batch.asins().size(), LEAST_BYTES, clock.instant())) {
            batches.again(batch);
            return;
        }
        exchange.setProperty(WORK, new Work(job, batches, batch));
    }

    private Optional<BackfillBatches> batches(Job job) {
        return job.plan((fields, items) -> new BackfillBatches(BackfillOrder.kept(fields, items), planner));
    }

    /** Makes the message the request for the batch. A job that is cancelled meanwhile gives its place in line back. */
    @Override
    public void before(Exchange exchange) {
        Work work = exchange.getProperty(WORK, Work.class);
        inLine = work;
        work.job.run();
        exchange.setProperty("keepaPriority", "background");
        exchange.setProperty(Caller.PROPERTY,
                (Caller) () -> work.job.isOver() || exchange.getContext().isStopping());
        Message request = exchange.getMessage();
        request.removeHeaders("*");
        request.setHeader(Exchange.HTTP_METHOD, "GET");
        request.setHeader(Exchange.HTTP_PATH, "/product");
        request.setHeader(Exchange.HTTP_QUERY, work.order().query(work.batch.asins()));
        request.setHeader("Accept-Encoding", "gzip");
        request.setBody(null);
    }

    /** Writes down what became of the batch. */
    @Override
    public void after(Exchange exchange) throws IOException {
        Exception thrown = exchange.getException();
        try {
            if (thrown == null) {
                keep(exchange);
            }
        } catch (IOException | RuntimeException unwritten) {
            thrown = unwritten;
        }
        if (thrown != null) {
            exchange.setException(null);
            failed(exchange.getProperty(WORK, Work.class), thrown);
        }
    }

    /**
     * Writes down what Keepa delivered. What it refused beside that, or as a whole, is asked for again in halves, until the bad
     * ones are alone.
     */
    private void keep(Exchange exchange) throws IOException {
        Work work = exchange.getProperty(WORK, Work.class);
        int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
        byte[] body = exchange.getMessage().getBody(byte[].class);
        JsonNode reply = status == 200 ? JSON.readTree(Gzip.plain(body)) : refusal(body);
        String error = error(reply);
        if (status == 200) {
            delivered(work, reply, error);
        } else if (status >= 500) {
            failedAt(work, reply, "Keepa answered %d%s".formatted(status, error));
        } else if (NOT_NOW.contains(status)) {
            work.batches.again(work.batch);
            work.job.holdUp("Keepa answered %d%s; trying again".formatted(status, error), clock.instant());
        } else {
            refused(work, work.batch.asins(), "Keepa answered %d%s".formatted(status, error));
        }
    }

    /** A refusal is one, whatever its body. */
    private static JsonNode refusal(byte[] body) {
        try {
            return JSON.readTree(Gzip.plain(body == null ? new byte[0] : body));
        } catch (IOException notJson) {
            return JSON.missingNode();
        }
    }

    private void delivered(Work work, JsonNode reply, String error) throws IOException {
        Map<String, JsonNode> byAsin = products(reply);
        List<Entry> entries = new ArrayList<>();
        List<String> rest = new ArrayList<>();
        for (String asin : work.batch.asins()) {
            JsonNode product = byAsin.get(asin);
            if (product != null) {
                entries.add(entry(asin, product));
            } else {
                rest.add(asin);
            }
        }
        boolean answered = error.isEmpty() && reply.path("products").isArray() && (!entries.isEmpty() || work.batch.isAlone());
        if (answered) {
            // In the order of the batch, as whoever ordered would read it.
            entries = work.batch.asins().stream().map(asin -> byAsin.containsKey(asin) ? entry(asin, byAsin.get(asin))
                    : failure(asin, "Keepa did not answer this ASIN")).toList();
        }
        long consumed = consumed(reply);
        if (!entries.isEmpty() || consumed > 0) {
            work.job.append(entries, consumed, clock.instant());
        }
        if (!answered && !rest.isEmpty()) {
            refused(work, rest, error.isEmpty() ? "Keepa answered without this ASIN" : "Keepa answered 200" + error);
        }
    }

    private static Map<String, JsonNode> products(JsonNode reply) {
        Map<String, JsonNode> byAsin = new HashMap<>();
        reply.path("products").forEach(product -> byAsin.putIfAbsent(product.path("asin").asText(), product));
        return byAsin;
    }

    private static long consumed(JsonNode reply) {
        return Plausible.count(reply.path("tokensConsumed"), Envelope.MOST_CONSUMED).value();
    }

    /** What Keepa delivered with a failure is taken, and what it charged without delivering is not paid a second time. */
    private void failedAt(Work work, JsonNode reply, String why) throws IOException {
        Map<String, JsonNode> byAsin = products(reply);
        List<String> rest = work.batch.asins().stream().filter(asin -> !byAsin.containsKey(asin)).toList();
        List<Entry> entries = new ArrayList<>(work.batch.asins().stream().filter(byAsin::containsKey).map(asin -> entry(asin, byAsin.get(asin))).toList());
        long consumed = consumed(reply);
        boolean paid = consumed >= work.batch.asins().size(); // no product is cheaper than a token
        if (paid) {
            rest.forEach(asin -> entries.add(failure(asin, "%s, and charged %d tokens for %d ASINs: order it again to pay again"
                    .formatted(why, consumed, work.batch.asins().size()))));
        }
        if (!entries.isEmpty() || consumed > 0) {
            work.job.append(entries, consumed, clock.instant());
        }
        if (paid && !rest.isEmpty()) {
            work.job.holdUp(why + " and charged for it; going on with other ASINs", clock.instant()); // it may fail at all of them
        } else if (!rest.isEmpty()) {
            failed(work, new Batch(rest, work.batch.tries(), work.batch.heard()), why);
        }
    }

    /** One that is alone has failed. When nothing but failures came until now, the order is what is wrong. */
    private void refused(Work work, List<String> rest, String why) throws IOException {
        if (rest.size() < work.batch.asins().size()) {
            work.batches.again(new Batch(rest));
        } else if (!work.batch.isAlone()) {
            work.batches.refused(rest);
        } else {
            JobJournal.Totals totals = work.job.totals();
            if (totals.done() == 0 && totals.failed() + 1 >= Math.min(ALL_WRONG, work.job.total())) {
                work.job.finishOrWait(JobState.FAILED, why, clock.instant());
            }
            work.job.append(List.of(failure(rest.get(0), why)), 0, clock.instant());
        }
    }

    /** The batch failed on its way; the job waits and tries again. */
    private void failed(Work work, Exception thrown) throws IOException {
        if (thrown instanceof Refusal no && no.isCallerGone()) {
            return; // left the queue: cancelled, or the gateway stops
        }
        LOG.warn("A batch of job {} failed and will be tried again: {}", work.job.id(), thrown.toString());
        if (thrown instanceof ReplyTooLongException) {
            refused(work, work.batch.asins(), thrown.getMessage());
        } else if (thrown instanceof Refusal no) {
            work.batches.again(work.batch);
            work.job.holdUp(no.getMessage(), clock.instant());
        } else if (FailedCall.neverLeft(thrown)) {
            work.batches.again(work.batch);
            work.job.holdUp("Keepa cannot be reached; trying again", clock.instant());
        } else {
            failed(work, work.batch, "Keepa did not answer");
        }
    }

    private void failed(Work work, Batch batch, String why) throws IOException {
        long heard = balance.heardAt().map(Instant::toEpochMilli).orElse(0L);
        switch (work.batches.failed(batch, heard)) {
            case GIVE_UP -> refused(work, batch.asins(), why + ", also for this ASIN alone, while it answered other calls");
            case WAIT -> {
                balance.ask(); // that tells whether it is Keepa or the batch
                work.job.holdUp(why + "; trying again", clock.instant());
            }
            default -> LOG.debug("{}; other ASINs of job {} come first", why, work.job.id());
        }
    }

    /** What Keepa says is wrong, behind a colon; empty when it says nothing. */
    private static String error(JsonNode reply) {
        JsonNode error = reply.path("error");
        if (error.isMissingNode() || error.isNull()) {
            return "";
        }
        String message = error.isTextual() ? error.asText() : error.path("message").asText();
        return ": " + (message.isEmpty() ? "an error" : message.length() <= LONGEST_REASON ? message : message.substring(0, LONGEST_REASON) + "…");
    }

    private static Entry entry(String asin, JsonNode product) {
        return new Entry(asin, product.toString(), true);
    }

    private static Entry failure(String asin, String why) {
        return new Entry(asin, JSON.createObjectNode().put("asin", asin).put("error", why).toString(), false);
    }

    /** One batch on its way. */
    private record Work(Job job, BackfillBatches batches, Batch batch) {

        BackfillOrder order() {
            return batches.order();
        }
    }
}
