package dev.tollgate.keepa;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.QueryString;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.jobs.FireTime;
import dev.tollgate.jobs.Inbox;
import dev.tollgate.jobs.Job;
import dev.tollgate.jobs.JobProperties;
import dev.tollgate.jobs.JobState;
import dev.tollgate.jobs.Jobs;
import dev.tollgate.jobs.ListFile;
import dev.tollgate.jobs.NewJob;
import dev.tollgate.jobs.TooManyItemsException;

/** Files of ASINs ({@link ListFile}) that become backfills of the operator: dropped into the inbox, or read by the clock. */
@Component("keepaLists")
public class KeepaLists {

    private static final Logger LOG = LoggerFactory.getLogger(KeepaLists.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What ids of jobs begin with that the clock ordered. */
    private static final String SCHEDULED = "schedule-";

    /** Of the same list no more than so many wait for the same thing: all of them are paid when it comes. */
    private static final int MOST_HELD_UP = 3;

    private final Jobs jobs;
    private final Inbox inbox;
    private final ListFile lists;
    private final Path listFile;
    private final int domain;
    private final String params;

    KeepaLists(Jobs jobs, Inbox inbox, JobProperties bounds, @Value("${tollgate.keepa.backfill-file}") Path listFile,
            @Value("${tollgate.keepa.backfill-domain}") int domain, @Value("${tollgate.keepa.backfill-params}") String params) {
        this.jobs = jobs;
        this.inbox = inbox;
        this.lists = new ListFile(bounds);
        this.listFile = listFile;
        this.domain = domain;
        this.params = params;
    }

    /**
     * Orders a backfill of a dropped file. The same file, with the same name and time, is the same job, so that a crash before it
     * was moved away orders nothing twice; under another name it is a new order.
     *
     * @param moved the name under which it is moved away; where it orders nothing a text with the reason is written beside it
     * @throws IllegalArgumentException when there is no ASIN in it, or more than may be
     */
    public void dropped(@Header(Exchange.FILE_NAME) String name, @Header(Exchange.FILE_LAST_MODIFIED) long changed,
            @ExchangeProperty("inboxName") String moved, @Body File file) throws IOException {
        inbox.take(name);
        try {
            Inbox.requireList(name);
            String id = "inbox-" + digest(name + '\n' + changed + '\n', lists.checked(file.toPath()));
            NewJob order = NewJob.of(KeepaBackfill.TYPE, fields(), lists.read(file.toPath()), name).named(id);
            Jobs.Ordered ordered = jobs.order(order);
            if (ordered.isNew()) {
                LOG.info("Backfill {} ordered by file {}. {}", id, name, order.note());
            } else {
                LOG.warn("File {} is the one that ordered backfill {} at {}, with the same name, time and content: nothing is ordered"
                        + " again. Give it another name to order it anew", name, id, ordered.job().orderedAt());
            }
        } catch (IOException | RuntimeException e) {
            String reason = e instanceof IOException ? "The file cannot be read: " + e : e.getMessage();
            LOG.warn("File {} orders nothing: {}", name, reason);
            Inbox.explain(file.toPath().resolveSibling("failed").resolve(moved), reason);
            throw e;
        }
    }

    /** The clock orders a backfill; where several nodes have the schedule they order the same one. */
    public void fired(Exchange exchange) throws IOException {
        scheduled(FireTime.of(exchange.getMessage()));
    }

    /**
     * Orders a backfill of the list file, unless the last one is still under way; what cannot be ordered is said in the log. One
     * that is held up is not under way: with it the list would wait for what may never come.
     *
     * @param time ends the id of the job
     */
    public void scheduled(String time) throws IOException {
        List<Job> open = jobs.all().stream().filter(job -> job.id().startsWith(SCHEDULED) && !job.state().isEnd()).toList();
        Optional<Job> busy = open.stream().filter(job -> job.state() != JobState.WAITING).findFirst();
        if (busy.isPresent()) {
            LOG.info("No scheduled backfill: the last one, {}, is still under way", busy.get().id());
        } else if (open.size() >= MOST_HELD_UP) {
            LOG.error("No scheduled backfill: the last {} are held up. {}", open.size(), open.get(0).message());
        } else if (!Files.isRegularFile(listFile)) {
            LOG.warn("No scheduled backfill: {} does not exist", listFile);
        } else {
            try {
                NewJob order = NewJob.of(KeepaBackfill.TYPE, fields(), lists.read(listFile), listFile.getFileName().toString());
                Job job = jobs.order(order.named(SCHEDULED + time)).job();
                LOG.info("Backfill {} ordered by the clock. {}", job.id(), order.note());
            } catch (IllegalArgumentException | TooManyItemsException | Refusal e) {
                LOG.error("No scheduled backfill of {}: {}", listFile, e.getMessage());
            }
        }
    }

    private ObjectNode fields() {
        ObjectNode order = JSON.createObjectNode().put("domain", domain);
        ObjectNode further = order.putObject("params");
        QueryString.of(params).toMap().forEach(further::put);
        return order;
    }

    private static String digest(String head, Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            hash.update(head.getBytes(StandardCharsets.UTF_8));
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                hash.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(hash.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
