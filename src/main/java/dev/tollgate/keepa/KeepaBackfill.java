package dev.tollgate.keepa;

import dev.tollgate.jobs.Job;
import dev.tollgate.jobs.JobKind;
import dev.tollgate.jobs.JobState;
import dev.tollgate.jobs.Jobs;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.budget.ServiceClass;
import dev.tollgate.gateway.Caller;
import dev.tollgate.gateway.Plausible;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.jobs.JobJournal.Entry;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Fetches long lists of products from Keepa, batch by batch, behind everybody who waits for an answer. The route takes
 * the next batch, sends it through the same policy as any call, and has it written down before it takes another.
 */
@Component("keepaBackfill")
public class KeepaBackfill implements JobKind {

    static final String TYPE = "keepa-backfill";

    private static final Logger LOG = LoggerFactory.getLogger(KeepaBackfill.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WORK = "keepaBackfillWork";

    /** Of a product, until results show how long they are. */
    private static final long LEAST_BYTES = 64 << 10;

    /** Keepa's word that the request itself is wrong, and always will be. */
    private static final Set<Integer> WRONG = Set.of(400, 404, 405);

    private final ObjectProvider<Jobs> jobs;
    private final KeepaBalance balance;
    private final KeepaKey key;
    private final BatchPlanner planner;
    private final Clock clock;

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
        parsed(fields, items);
    }

    @Override
    public long etaSeconds(Job job) {
        return job.plan(KeepaBackfill::parsed)
                .map(order -> planner.etaSeconds(order, job.pending(BatchPlanner.MOST), job.left(), balance.state())).orElse(0L);
    }

    @Override
    public boolean isHeldUp() {
        return balance.queue().waiting(ServiceClass.BACKFILL) > 0;
    }

    /** Takes the next batch of the oldest job that the disk has room for; false when there is nothing to do now. */
    public boolean take(Exchange exchange) {
        Jobs all = jobs.getObject();
        while (!exchange.getContext().isStopping() && all.writeAgain(TYPE)) {
            Job job = all.next(TYPE).orElse(null);
            if (job == null) {
                return false;
            }
            BackfillOrder order = job.plan(KeepaBackfill::parsed).orElse(null);
            List<String> pending = job.pending(BatchPlanner.MOST);
            if (pending.isEmpty()) {
                job.finishOrWait(JobState.DONE, null, clock.instant());
            } else if (!key.isConfigured()) {
                job.holdUp("The gateway has no key for Keepa: set KEEPA_API_KEY in its environment", clock.instant());
            } else if (order != null) {
                List<String> batch = planner.next(order, pending, balance.state().plan());
                if (job.hasRoomFor(batch.size(), LEAST_BYTES, clock.instant())) {
                    exchange.setProperty(WORK, new Work(job, order, batch));
                    return true;
                }
            }
        }
        return false;
    }

    /** Makes the message the request for the batch. A job that is cancelled meanwhile gives its place in line back. */
    public void ask(Exchange exchange) {
        Work work = exchange.getProperty(WORK, Work.class);
        work.job.run();
        exchange.setProperty("keepaPriority", "background");
        exchange.setProperty(Caller.PROPERTY,
                (Caller) () -> work.job.state().isEnd() || exchange.getContext().isStopping());
        Message request = exchange.getMessage();
        request.removeHeaders("*");
        request.setHeader(Exchange.HTTP_METHOD, "GET");
        request.setHeader(Exchange.HTTP_PATH, "/product");
        request.setHeader(Exchange.HTTP_QUERY, work.order.query(work.batch));
        request.setHeader("Accept-Encoding", "gzip");
        request.setBody(null);
    }

    /** Writes the batch down, or says why the job has to wait. */
    public void keep(Exchange exchange) throws IOException {
        Work work = exchange.getProperty(WORK, Work.class);
        int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
        JsonNode reply = JSON.readTree(Gzip.plain(exchange.getMessage().getBody(byte[].class)));
        String error = reply.path("error").path("message").asText(reply.has("error") ? "an error" : "");
        if (status == 200 && !reply.has("error") && reply.path("products").isArray()) {
            long consumed = Plausible.count(reply.path("tokensConsumed"), Envelope.MOST_CONSUMED).value();
            work.job.append(entries(work.batch, reply.path("products")), consumed,
                    clock.instant());
        } else if (WRONG.contains(status) && work.job.totals().done() == 0) {
            work.job.finishOrWait(JobState.FAILED, "Keepa answered %d: %s".formatted(status, error), clock.instant());
        } else {
            work.job.holdUp("Keepa answered %d %s; trying again".formatted(status, error).strip(), clock.instant());
        }
    }

    /** The batch failed on its way; the job waits and tries again. */
    public void failed(Exchange exchange) {
        Exception thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        Job job = exchange.getProperty(WORK, Work.class).job;
        if (thrown instanceof Refusal no && no.isCallerGone()) {
            return; // left the queue: cancelled, or the gateway stops
        }
        LOG.warn("A batch of job {} failed and will be tried again: {}", job.id(), thrown.toString());
        job.holdUp("Keepa did not answer; trying again", clock.instant());
    }

    private static List<Entry> entries(List<String> batch, JsonNode products) throws IOException {
        Map<String, JsonNode> byAsin = new HashMap<>();
        products.forEach(product -> byAsin.putIfAbsent(product.path("asin").asText(), product));
        List<Entry> entries = new ArrayList<>();
        for (String asin : batch) {
            JsonNode product = byAsin.get(asin);
            entries.add(product != null ? new Entry(asin, JSON.writeValueAsString(product), true)
                    : new Entry(asin, JSON.writeValueAsString(missing(asin)), false));
        }
        return entries;
    }

    private static Map<String, String> missing(String asin) {
        Map<String, String> line = new LinkedHashMap<>();
        line.put("asin", asin);
        line.put("error", "Keepa did not answer this ASIN");
        return line;
    }

    private static BackfillOrder parsed(JsonNode fields, List<String> items) {
        if (items == null) {
            throw new IllegalArgumentException("asins must be a list of ASINs");
        }
        Map<String, String> params = new HashMap<>();
        fields.path("params").fields().forEachRemaining(param -> params.put(param.getKey(), param.getValue().asText()));
        return new BackfillOrder(items, fields.path("domain").asInt(1), params);
    }

    /** One batch on its way. */
    private record Work(Job job, BackfillOrder order, List<String> batch) {
    }
}
