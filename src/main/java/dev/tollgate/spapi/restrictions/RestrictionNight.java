package dev.tollgate.spapi.restrictions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.jobs.FireTime;
import dev.tollgate.jobs.Job;
import dev.tollgate.jobs.JobProperties;
import dev.tollgate.jobs.Jobs;
import dev.tollgate.jobs.ListFile;
import dev.tollgate.jobs.NewJob;
import dev.tollgate.jobs.TooManyItemsException;
import dev.tollgate.spapi.sellers.Marketplace;
import dev.tollgate.spapi.sellers.Marketplaces;
import dev.tollgate.spapi.sellers.SpApiProperties;

/** The restriction check that the clock orders, of the ASINs in a file ({@link ListFile}), for the operator. */
@Component("restrictionNight")
class RestrictionNight {

    private static final Logger LOG = LoggerFactory.getLogger(RestrictionNight.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What ids of jobs begin with that the clock ordered. */
    private static final String NIGHTLY = "nightly-";

    private final Jobs jobs;
    private final ListFile lists;
    private final SpApiProperties properties;

    RestrictionNight(Jobs jobs, JobProperties bounds, SpApiProperties properties) {
        this.jobs = jobs;
        this.lists = new ListFile(bounds);
        this.properties = properties;
    }

    /**
     * Orders it, unless one for the same seller is still under way; what cannot be ordered is said in the log. Where several nodes
     * have the schedule they order the same one.
     */
    public void order(Exchange exchange) throws IOException {
        SpApiProperties.Nightly nightly = properties.nightly();
        Path file = Path.of(nightly.file());
        if (jobs.isBusy(RestrictionCheck.TYPE, nightly.seller())) {
            LOG.info("No nightly restriction check: one for seller {} is still under way", nightly.seller());
        } else if (!Files.isRegularFile(file)) {
            LOG.warn("No nightly restriction check: {} does not exist", file);
        } else {
            order(file, nightly, NIGHTLY + FireTime.of(exchange.getMessage()));
        }
    }

    private void order(Path file, SpApiProperties.Nightly nightly, String id) throws IOException {
        ObjectNode order = JSON.createObjectNode().put("sellerId", nightly.seller()).put("conditionType", nightly.conditionType());
        marketplaces(nightly).forEach(order.putArray("marketplaceIds")::add);
        try {
            Job job = jobs.order(NewJob.of(RestrictionCheck.TYPE, order, lists.read(file), file.getFileName().toString()).named(id)).job();
            LOG.info("Nightly restriction check {} ordered. {}", job.id(), job.message());
        } catch (IllegalArgumentException | TooManyItemsException | Refusal e) {
            LOG.error("No nightly restriction check: {}", e.getMessage());
        }
    }

    private List<String> marketplaces(SpApiProperties.Nightly nightly) {
        return nightly.marketplaces().isEmpty()
                ? Marketplaces.find(properties.marketplace()).map(Marketplace::id).stream().toList() : nightly.marketplaces();
    }
}
