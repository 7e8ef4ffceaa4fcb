package dev.tollgate.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Files of ASINs ({@link Asins#read}) that become backfills: dropped into the inbox, or read by the clock. */
@Component("keepaLists")
public class KeepaLists {

    private static final Logger LOG = LoggerFactory.getLogger(KeepaLists.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Jobs jobs;
    private final Path listFile;
    private final int domain;
    private final String params;

    KeepaLists(Jobs jobs, @Value("${tollgate.keepa.backfill-file}") Path listFile,
            @Value("${tollgate.keepa.backfill-domain}") int domain, @Value("${tollgate.keepa.backfill-params}") String params) {
        this.jobs = jobs;
        this.listFile = listFile;
        this.domain = domain;
        this.params = params;
    }

    /**
     * Orders a backfill of a dropped file. The same file is the same job, so that a crash before it was moved away orders
     * nothing twice.
     *
     * @throws IllegalArgumentException when there is no ASIN in it
     */
    public void dropped(@Header(Exchange.FILE_NAME) String name, @Header(Exchange.FILE_LAST_MODIFIED) long changed,
            @Body byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        String id = "inbox-" + digest(name + '\n' + changed + '\n' + text);
        try {
            order(Asins.read(name, text), id);
            LOG.info("Backfill {} ordered by file {}", id, name);
        } catch (IllegalArgumentException e) {
            LOG.warn("File {} orders nothing: {}", name, e.getMessage());
            throw e;
        }
    }

    /** Orders a backfill of the list file, unless the last one is still under way. */
    public void scheduled() throws IOException {
        if (jobs.isBusy(KeepaBackfill.TYPE)) {
            LOG.info("No scheduled backfill: another one is still under way");
        } else if (!Files.isRegularFile(listFile)) {
            LOG.warn("No scheduled backfill: {} does not exist", listFile);
        } else {
            order(Asins.read(listFile.toString(), Files.readString(listFile)), null);
        }
    }

    private void order(Set<String> asins, String id) {
        ObjectNode order = JSON.createObjectNode();
        ArrayNode list = order.putArray("asins");
        asins.forEach(list::add);
        order.put("domain", domain);
        ObjectNode further = order.putObject("params");
        for (String pair : params.split("&")) {
            if (pair.contains("=")) {
                further.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
            }
        }
        if (id == null) {
            jobs.order(KeepaBackfill.TYPE, order);
        } else {
            jobs.order(KeepaBackfill.TYPE, order, id);
        }
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
