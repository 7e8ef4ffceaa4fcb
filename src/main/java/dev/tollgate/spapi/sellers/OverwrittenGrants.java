package dev.tollgate.spapi.sellers;

import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import dev.tollgate.database.Tables;

/**
 * Tells at the start which grants are lost: until there was one for each region, a seller that was taken over, or connected, in
 * a second region lost that of the first. The audit still knows of what was taken over and where; of a consent at /connect only
 * the log knows, and not for which region it was.
 */
@Component
class OverwrittenGrants {

    private static final Logger log = LoggerFactory.getLogger(OverwrittenGrants.class);
    private static final String SELLER = "seller ";
    private static final String MARKETPLACES = "marketplaceIds=";

    /** Rows of the audit and of the log that are looked at, the newest. */
    private static final int MOST = 10_000;
    private static final int LONGEST_QUERY_SECONDS = 10;
    private static final int MOST_NAMED = 20;

    /** Who wrote of a consent, in the releases that kept one for each seller; they did not name its region. */
    private static final String LOGGERS = "('dev.tollgate.oauth.Consent', 'dev.tollgate.spapi.sellers.Consent')";
    private static final Pattern CONNECTED = Pattern.compile("Seller (\\S+) connected( in [A-Z]{2})?");

    private record Change(String action, String seller, @Nullable String detail, LocalDateTime at) {
    }

    private final JdbcTemplate database;
    private final String audit;
    private final String logs;
    private final GrantStore store;

    OverwrittenGrants(DataSource database, Tables tables, GrantStore store) {
        this.database = new JdbcTemplate(database);
        this.database.setMaxRows(MOST);
        this.database.setQueryTimeout(LONGEST_QUERY_SECONDS);
        this.audit = tables.adminAudit();
        this.logs = tables.applicationLogs();
        this.store = store;
    }

    /** A warning for each seller; none where the database is away, since nothing depends on it. */
    @EventListener(ApplicationReadyEvent.class)
    void tell() {
        try {
            Map<String, Set<Region>> lost = lost();
            lost.forEach((seller, regions) -> log.warn("Seller {} was taken over in {}, and that grant was overwritten by one of another"
                    + " region: take it over again with POST /admin/sellers, or let the seller open /connect", seller,
                    regions.stream().map(Region::name).collect(Collectors.joining(" and "))));
            Set<String> doubtful = doubtful();
            doubtful.removeAll(lost.keySet());
            if (!doubtful.isEmpty()) {
                log.warn("{} sellers connected more than once while one consent was kept for each, in a region that nobody wrote down: {}. Whoever"
                        + " of them sells in a region that GET /sellers does not show must open /connect with a marketplace there",
                        doubtful.size(), doubtful.stream().limit(MOST_NAMED).collect(Collectors.joining(", ")));
            }
        } catch (DataAccessException e) {
            log.warn("The audit and the log were not looked through for overwritten grants: {}", e.getClass().getSimpleName());
        }
    }

    /** Regions by seller, in which it was taken over, not removed since, and has no grant. */
    Map<String, Set<Region>> lost() {
        Map<String, Set<Region>> regions = new TreeMap<>();
        for (Change change : changes()) {
            if (change.action().equals("seller.remove")) {
                regions.remove(change.seller());
            } else {
                regions.computeIfAbsent(change.seller(), seller -> new TreeSet<>()).addAll(regions(String.valueOf(change.detail())));
            }
        }
        Map<String, Set<Region>> connected = store.list().stream()
                .collect(Collectors.groupingBy(Grant::sellerId, Collectors.mapping(Grant::region, Collectors.toSet())));
        regions.keySet().retainAll(connected.keySet());
        regions.forEach((seller, its) -> its.removeAll(connected.getOrDefault(seller, Set.of())));
        regions.values().removeIf(Set::isEmpty);
        return regions;
    }

    /**
     * Sellers with a grant in one region who consented more than once, at /connect at least one time, since they were removed
     * last; but those who connected again when regions were written down.
     */
    Set<String> doubtful() {
        Map<String, LocalDateTime> removed = new HashMap<>();
        Map<String, Integer> consents = new TreeMap<>();
        for (Change change : changes()) {
            consents.put(change.seller(), change.action().equals("seller.remove") ? 0 : consents.getOrDefault(change.seller(), 0) + 1);
            removed.put(change.seller(), change.action().equals("seller.remove") ? change.at() : removed.get(change.seller()));
        }
        Set<String> unsaid = new TreeSet<>();
        Set<String> said = new HashSet<>();
        for (Change line : lines()) {
            LocalDateTime end = removed.get(line.seller());
            if (end == null || line.at().isAfter(end)) {
                consents.merge(line.seller(), 1, Integer::sum);
                (line.detail() == null ? unsaid : said).add(line.seller());
            }
        }
        Map<String, Long> regions = store.list().stream().collect(Collectors.groupingBy(Grant::sellerId, Collectors.counting()));
        unsaid.removeIf(seller -> said.contains(seller) || consents.getOrDefault(seller, 0) < 2 || regions.getOrDefault(seller, 0L) != 1);
        return unsaid;
    }

    private List<Change> lines() {
        return database.query("SELECT Message, Timestamp FROM " + logs + " WHERE Logger IN " + LOGGERS
                + " AND Message LIKE 'Seller % connected%' ORDER BY LogID DESC", (row, number) -> {
            Matcher line = CONNECTED.matcher(row.getString("Message"));
            return line.matches() ? new Change("connect", line.group(1), line.group(2), row.getObject("Timestamp", LocalDateTime.class)) : null;
        }).stream().filter(Objects::nonNull).toList();
    }

    /** The oldest first. */
    private List<Change> changes() {
        List<Change> newest = database.query("SELECT Action, Target, Detail, ChangedAt FROM " + audit
                + " WHERE Action IN ('seller.import', 'seller.remove') ORDER BY AuditID DESC",
                (row, number) -> new Change(row.getString("Action"), row.getString("Target").replaceFirst(SELLER, ""),
                        String.valueOf(row.getString("Detail")), row.getObject("ChangedAt", LocalDateTime.class)));
        return IntStream.range(0, newest.size()).mapToObj(n -> newest.get(newest.size() - 1 - n)).toList();
    }

    private static Set<Region> regions(String detail) {
        return Stream.of(detail.replaceFirst(MARKETPLACES, "").split(" ")).flatMap(id -> Marketplaces.find(id).stream())
                .map(Marketplace::region).collect(Collectors.toSet());
    }
}
