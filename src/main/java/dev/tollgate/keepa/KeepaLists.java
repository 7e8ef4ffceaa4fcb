package dev.tollgate.keepa;

import dev.tollgate.jobs.Job;
import dev.tollgate.jobs.JobProperties;
import dev.tollgate.jobs.Jobs;
import dev.tollgate.jobs.ListFile;
import dev.tollgate.jobs.TooManyItemsException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.gateway.Refusal;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Files of ASINs ({@link ListFile}) that become backfills of the operator: dropped into the inbox, or read by the clock. */
@Component("keepaLists")
public class KeepaLists {

    private static final Logger LOG = LoggerFactory.getLogger(KeepaLists.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Jobs jobs;
    private final ListFile lists;
    private final Path listFile;
    private final int domain;
    private final String params;

    KeepaLists(Jobs jobs, JobProperties bounds, @Value("${tollgate.keepa.backfill-file}") Path listFile,
            @Value("${tollgate.keepa.backfill-domain}") int domain, @Value("${tollgate.keepa.backfill-params}") String params) {
        this.jobs = jobs;
        this.lists = new ListFile(bounds);
        this.listFile = listFile;
        this.domain = domain;
        this.params = params;
    }

    /**
     * Orders a backfill of a dropped file. The same file is the same job, so that a crash before it was moved away orders
     * nothing twice.
     *
     * @throws IllegalArgumentException when there is no ASIN in it, or more than may be
     */
    public void dropped(@Header(Exchange.FILE_NAME) String name, @Header(Exchange.FILE_LAST_MODIFIED) long changed,
            @Body File file) throws IOException {
        try {
            String id = "inbox-" + digest(name + '\n' + changed + '\n', lists.checked(file.toPath()));
            jobs.order(KeepaBackfill.TYPE, fields(), lists.read(file.toPath()), Job.OPERATOR, id);
            LOG.info("Backfill {} ordered by file {}", id, name);
        } catch (IllegalArgumentException | TooManyItemsException | Refusal e) {
            LOG.warn("File {} orders nothing: {}", name, e.getMessage());
            throw e;
        }
    }

    /** Orders a backfill of the list file, unless the last one is still under way; what cannot be ordered is said in the log. */
    public void scheduled() throws IOException {
        if (jobs.isBusy(KeepaBackfill.TYPE)) {
            LOG.info("No scheduled backfill: another one is still under way");
        } else if (!Files.isRegularFile(listFile)) {
            LOG.warn("No scheduled backfill: {} does not exist", listFile);
        } else {
            try {
                jobs.order(KeepaBackfill.TYPE, fields(), lists.read(listFile), Job.OPERATOR);
            } catch (IllegalArgumentException | TooManyItemsException | Refusal e) {
                LOG.error("No scheduled backfill of {}: {}", listFile, e.getMessage());
            }
        }
    }

    private ObjectNode fields() {
        ObjectNode order = JSON.createObjectNode().put("domain", domain);
        ObjectNode further = order.putObject("params");
        for (String pair : params.split("&")) {
            if (pair.contains("=")) {
                further.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
            }
        }
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
