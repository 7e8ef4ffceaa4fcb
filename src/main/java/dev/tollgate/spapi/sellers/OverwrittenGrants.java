package dev.tollgate.spapi.sellers;

import dev.tollgate.database.Tables;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Tells at the start which grants are lost: until there was one for each region, a seller that was taken over in a second region
 * lost that of the first, and only the audit still knows of it.
 */
@Component
class OverwrittenGrants {

    private static final Logger log = LoggerFactory.getLogger(OverwrittenGrants.class);
    private static final String SELLER = "seller ";
    private static final String MARKETPLACES = "marketplaceIds=";

    /** Rows of the audit that are looked at, the newest. */
    private static final int MOST = 10_000;

    private record Change(String action, String seller, String detail) {
    }

    private final JdbcTemplate database;
    private final String audit;
    private final GrantStore store;

    OverwrittenGrants(DataSource database, Tables tables, GrantStore store) {
        this.database = new JdbcTemplate(database);
        this.database.setMaxRows(MOST);
        this.audit = tables.adminAudit();
        this.store = store;
    }

    /** A warning for each seller; none where the database is away, since nothing depends on it. */
    @EventListener(ApplicationReadyEvent.class)
    void tell() {
        try {
            lost().forEach((seller, regions) -> log.warn("Seller {} was taken over in {}, and that grant was overwritten by one of another"
                    + " region: take it over again with POST /admin/sellers, or let the seller open /connect", seller,
                    regions.stream().map(Region::name).collect(Collectors.joining(" and "))));
        } catch (DataAccessException e) {
            log.warn("The audit was not looked through for overwritten grants: {}", e.getClass().getSimpleName());
        }
    }

    /** Regions by seller, in which it was taken over, not removed since, and has no grant. */
    Map<String, Set<Region>> lost() {
        Map<String, Set<Region>> regions = new TreeMap<>();
        for (Change change : changes()) {
            if (change.action().equals("seller.remove")) {
                regions.remove(change.seller());
            } else {
                regions.computeIfAbsent(change.seller(), seller -> new TreeSet<>()).addAll(regions(change.detail()));
            }
        }
        Map<String, Set<Region>> connected = store.list().stream()
                .collect(Collectors.groupingBy(Grant::sellerId, Collectors.mapping(Grant::region, Collectors.toSet())));
        regions.keySet().retainAll(connected.keySet());
        regions.forEach((seller, its) -> its.removeAll(connected.get(seller)));
        regions.values().removeIf(Set::isEmpty);
        return regions;
    }

    /** The oldest first. */
    private List<Change> changes() {
        List<Change> newest = database.query("SELECT Action, Target, Detail FROM " + audit
                + " WHERE Action IN ('seller.import', 'seller.remove') ORDER BY AuditID DESC",
                (row, number) -> new Change(row.getString("Action"), row.getString("Target").replaceFirst(SELLER, ""),
                        String.valueOf(row.getString("Detail"))));
        return IntStream.range(0, newest.size()).mapToObj(n -> newest.get(newest.size() - 1 - n)).toList();
    }

    private static Set<Region> regions(String detail) {
        return Stream.of(detail.replaceFirst(MARKETPLACES, "").split(" ")).flatMap(id -> Marketplaces.find(id).stream())
                .map(Marketplace::region).collect(Collectors.toSet());
    }
}
