package dev.tollgate.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.WatchedStream;
import dev.tollgate.gateway.keys.KeyHolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Jobs as callers of {@code /jobs} see them. */
@Component("jobApi")
public class JobApi {

    private static final Logger LOG = LoggerFactory.getLogger(JobApi.class);

    private final Jobs jobs;
    private final ObjectMapper json;

    JobApi(Jobs jobs, ObjectMapper json) {
        this.jobs = jobs;
        this.json = json;
    }

    /** Takes an order: 202, and where to look for the job. */
    public Map<String, Object> order(String type, byte[] body, Exchange exchange) {
        Job job = ordered(type, body, KeyHolder.of(exchange));
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 202);
        exchange.getMessage().setHeader("Location", "/jobs/" + job.id());
        return Map.of("jobId", job.id());
    }

    private Job ordered(String type, byte[] body, KeyHolder holder) {
        try {
            JsonNode order = json.readTree(body == null ? new byte[0] : body);
            if (!order.isObject()) {
                throw Refusal.of(400, "The body must be a JSON object");
            }
            if (!holder.mayNameSeller(jobs.seller(type, order))) {
                throw Refusal.of(403, "This key belongs to another seller.");
            }
            return jobs.order(type, order);
        } catch (JsonProcessingException e) {
            throw Refusal.of(400, "The body is not JSON");
        } catch (IllegalArgumentException e) {
            throw Refusal.of(400, e.getMessage());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Every job that concerns the caller, newest first. */
    public List<Map<String, Object>> list(Exchange exchange) {
        return jobs.all().stream().filter(job -> concerns(job, exchange)).map(this::view).toList();
    }

    /** One job; 404 when there is none that concerns the caller. */
    public Map<String, Object> show(@Header("id") String id, Exchange exchange) {
        return view(find(id, exchange));
    }

    /** Ends a job. One that has ended already stays as it is. */
    public Map<String, Object> cancel(@Header("id") String id, Exchange exchange) throws IOException {
        Job job = find(id, exchange);
        job.finish(JobState.CANCELLED, "Cancelled");
        return view(job);
    }

    /** What is finished so far, one line an item. */
    public InputStream results(@Header("id") String id, Exchange exchange) throws IOException {
        Job job = find(id, exchange);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/x-ndjson");
        long length = job.resultsLength();
        return length == 0 ? new ByteArrayInputStream(new byte[0]) : new FirstBytes(Files.newInputStream(job.results()), length);
    }

    /** Makes what went wrong the answer. */
    public Map<String, Object> error(@ExchangeException Exception thrown, Exchange exchange) {
        if (!(thrown instanceof Refusal)) {
            LOG.error("A request for a job failed", thrown);
        }
        Refusal refusal = thrown instanceof Refusal known ? known : Refusal.of(500, "Internal error");
        return Dialect.ENVELOPE.answer(refusal, exchange);
    }

    private Job find(String id, Exchange exchange) {
        return jobs.find(id).filter(job -> concerns(job, exchange))
                .orElseThrow(() -> Refusal.of(404, "There is no such job"));
    }

    /** A key that was made for one seller sees that seller's jobs, and those that are nobody's. */
    private boolean concerns(Job job, Exchange exchange) {
        return KeyHolder.of(exchange).mayNameSeller(jobs.seller(job));
    }

    private Map<String, Object> view(Job job) {
        JobState state = jobs.state(job);
        JobJournal.Totals totals = job.totals();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("jobId", job.id());
        view.put("type", job.type());
        view.put("state", state.text());
        view.put("total", job.total());
        view.put("done", totals.done());
        view.put("failed", totals.failed());
        view.put("etaSeconds", jobs.etaSeconds(job));
        view.put("message", job.message() == null && state == JobState.WAITING ? "Waiting for tokens" : job.message());
        return view;
    }

    /** The beginning of a file that grows meanwhile. */
    private static final class FirstBytes extends WatchedStream {

        private long left;

        FirstBytes(InputStream file, long length) {
            super(file);
            left = length;
        }

        @Override
        public int read(byte[] buffer, int at, int most) throws IOException {
            int read = left == 0 ? -1 : in.read(buffer, at, (int) Math.min(most, left));
            left -= Math.max(0, read);
            return read;
        }
    }
}
