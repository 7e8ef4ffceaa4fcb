package dev.tollgate.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.Header;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.ListPage;
import dev.tollgate.gateway.OwnFailure;
import dev.tollgate.gateway.Refusal;

/**
 * Jobs as callers of {@code /jobs} see them. An order needs the right to the API that it spends, and a job belongs to the key
 * that ordered it: for every other key there is no such job. Whoever runs the gateway sees all.
 */
@Component("jobApi")
public class JobApi {

    private static final Logger LOG = LoggerFactory.getLogger(JobApi.class);

    /** On the answer to an order that repeats one before: {@code idempotency-key} or {@code equal-order}. */
    private static final String REPEATED = "X-Tollgate-Repeated";
    private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[!-~]([ -~]{0,253}[!-~])?");

    private final Jobs jobs;
    private final JobProperties properties;
    private final Clock clock;

    JobApi(Jobs jobs, JobProperties properties, Clock clock) {
        this.jobs = jobs;
        this.properties = properties;
        this.clock = clock;
    }

    /** Takes an order: 202, and where to look for the job; the same for one that was sent before, with a header that says so. */
    public Map<String, Object> order(String type, byte[] body, Exchange exchange) {
        Message answer = exchange.getMessage();
        Jobs.Ordered ordered = ordered(type, body, KeyHolder.of(exchange), idempotencyKey(answer));
        answer.setHeader(Exchange.HTTP_RESPONSE_CODE, 202);
        answer.setHeader("Location", "/jobs/" + ordered.job().id());
        if (!ordered.isNew()) {
            answer.setHeader(REPEATED, ordered.repeated().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        return Map.of("jobId", ordered.job().id());
    }

    private static String idempotencyKey(Message request) {
        String key = request.getHeader("Idempotency-Key", String.class);
        if (key != null && !IDEMPOTENCY_KEY.matcher(key).matches()) {
            throw Refusal.of(400, "Idempotency-Key must be 1 to 255 characters of ASCII, one header, such as a UUID");
        }
        return key;
    }

    private Jobs.Ordered ordered(String type, byte[] body, KeyHolder holder, String idempotencyKey) {
        JobKind kind = jobs.kind(type);
        if (!holder.mayUse(kind.api())) {
            throw Refusal.of(403, "This key may not use %s, which a %s spends.".formatted(kind.api(), type));
        }
        try {
            OrderReader.Ordered order = OrderReader.read(body == null ? new byte[0] : body, properties.maxItems());
            if (!holder.mayNameSeller(kind.seller(order.fields()))) {
                throw Refusal.of(403, "This key belongs to another seller.");
            }
            return jobs.orderOnce(new NewJob(type, order.fields(), order.asins(), owner(holder)), idempotencyKey);
        } catch (TooManyItemsException e) {
            throw Refusal.of(413, e.getMessage());
        } catch (JsonProcessingException e) {
            throw Refusal.of(400, "The body is not JSON");
        } catch (IllegalArgumentException e) {
            throw Refusal.of(400, e.getMessage());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The caller's jobs, newest first: {@code limit} of them, 100 without it, those that hold the text {@code q} in id, type, state or
     * message.
     *
     * @param before the id of a job of the caller: those that are older; null: from the newest on
     * @throws Refusal 400 for a part of the list that is none
     */
    public List<Map<String, Object>> list(@Header("before") String before, Exchange exchange) {
        ListPage part = ListPage.withoutAfter(exchange);
        List<Job> all = jobs.all().stream().filter(job -> isOf(job, exchange)).toList();
        int from = before == null ? 0 : all.indexOf(find(before, exchange)) + 1;
        Map<String, Long> etas = jobs.etaSeconds();
        List<Map<String, Object>> oneMore = all.subList(from, all.size()).stream().map(job -> view(job, etas))
                .filter(job -> part.search().isEmpty() || holds(job, part.search())).limit(part.limit() + 1L).toList();
        return part.cut(oneMore, job -> job.get("jobId"), "/jobs", "before", exchange);
    }

    private static boolean holds(Map<String, Object> job, String search) {
        return Stream.of("jobId", "type", "state", "message").anyMatch(field -> String.valueOf(job.get(field)).toLowerCase(Locale.ROOT).contains(search));
    }

    /** One job; 404 when the caller has none of that id. */
    public Map<String, Object> show(@Header("id") String id, Exchange exchange) {
        return view(find(id, exchange), jobs.etaSeconds());
    }

    /** Ends a job. One that has ended already stays as it is. */
    public Map<String, Object> cancel(@Header("id") String id, Exchange exchange) {
        Job job = find(id, exchange);
        try {
            job.finish(JobState.CANCELLED, "Cancelled", clock.instant());
        } catch (IOException e) {
            LOG.error("Job {} cannot be cancelled", id, e);
            throw Refusal.until(503, "The disk of tollgate.data-dir does not take the end of the job, which goes on. Cancel it again when there is room.",
                    Duration.ofSeconds(30));
        }
        return view(job, jobs.etaSeconds());
    }

    /** What is finished so far, one line an item. */
    public InputStream results(@Header("id") String id, Exchange exchange) throws IOException {
        Job job = find(id, exchange);
        jobs.look(job);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/x-ndjson");
        return job.openResults();
    }

    /** Makes what went wrong the answer. */
    public Map<String, Object> error(@ExchangeException Exception thrown, Exchange exchange) {
        Refusal refusal = thrown instanceof Refusal known ? known : OwnFailure.refusal(thrown).orElse(null);
        if (refusal == null) {
            LOG.error("A request for a job failed", thrown);
            refusal = Refusal.of(500, "Internal error");
        }
        return Dialect.ENVELOPE.answer(refusal, exchange);
    }

    private Job find(String id, Exchange exchange) {
        return jobs.find(id).filter(job -> isOf(job, exchange)).orElseThrow(() -> Refusal.of(404, "There is no such job"));
    }

    private static boolean isOf(Job job, Exchange exchange) {
        KeyHolder holder = KeyHolder.of(exchange);
        return holder.admin() || job.owner().equals(owner(holder));
    }

    /** Whoever runs the gateway is one, whatever key a caller of this machine shows. */
    private static String owner(KeyHolder holder) {
        return holder.admin() ? Job.OPERATOR : holder.id();
    }

    private Map<String, Object> view(Job job, Map<String, Long> etas) {
        JobState state = jobs.state(job);
        JobJournal.Totals totals = job.totals();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("jobId", job.id());
        view.put("type", job.type());
        view.put("state", state.text());
        view.put("total", job.total());
        view.put("done", totals.done());
        view.put("failed", totals.failed());
        view.put("etaSeconds", state.isEnd() ? 0 : etas.getOrDefault(job.id(), 0L));
        view.put("message", job.message(state == JobState.WAITING ? jobs.kind(job.type()).waitsFor() : null));
        return view;
    }
}
