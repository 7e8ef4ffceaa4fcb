package dev.tollgate.spapi.sellers;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;

import dev.tollgate.oauth.SingleFlight;

/**
 * The grants as last read, so that a call does not cost a query and a database that is away stops nobody who is known.
 * A grant that works is read again every half minute; what does not work, every other second, so that a seller who
 * reconnected on another node is served soon.
 */
final class GrantBook {

    private static final Logger log = LoggerFactory.getLogger(GrantBook.class);

    private static final Duration WORKING = Duration.ofSeconds(30);
    private static final Duration NOT_WORKING = Duration.ofSeconds(2);
    private static final Duration LONGEST_READ = Duration.ofSeconds(10);
    /** Pages remembered; with ids of 64 characters and refresh tokens of 2,048 bytes at most, 25 MB. */
    private static final int MOST = 10_000;

    private record Page(List<Grant> grants, Instant readAt) {

        boolean currentAt(Instant now) {
            boolean working = !grants.isEmpty() && grants.stream().allMatch(Grant::connected);
            return now.isBefore(readAt.plus(working ? WORKING : NOT_WORKING));
        }
    }

    private record Listing(List<Grant> grants, Instant readAt) {
    }

    private final GrantStore store;
    private final Clock clock;
    private final SingleFlight<String, List<Grant>> reads;
    /** Bound: 10,000 sellers; an id has 64 characters and a refresh token 2,048 bytes at most. */
    private final Cache<String, Page> pages = Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();
    private volatile @Nullable Listing listing;
    private volatile boolean away;

    /** @param executor reads run here */
    GrantBook(GrantStore store, Clock clock, Executor executor) {
        this.store = store;
        this.clock = clock;
        this.reads = new SingleFlight<>(executor, LONGEST_READ);
    }

    /**
     * The seller's grant for a region.
     *
     * @param region null: the first
     * @throws DataAccessException when the database is away and nothing is known of this seller
     */
    Optional<Grant> find(String sellerId, @Nullable Region region) {
        return find(sellerId).stream().filter(grant -> region == null || grant.region() == region).findFirst();
    }

    /**
     * The seller's grants, one a region.
     *
     * @throws DataAccessException when the database is away and nothing is known of this seller
     */
    List<Grant> find(String sellerId) {
        if (!Grant.isSellerId(sellerId)) {
            return List.of(); // nobody's, and no text to remember
        }
        Page page = pages.getIfPresent(sellerId);
        if (page != null && page.currentAt(clock.instant())) {
            return page.grants();
        }
        try {
            return reads.join(sellerId, () -> reread(sellerId));
        } catch (TimeoutException e) {
            return lastKnown(page, new DataAccessResourceFailureException("The grant was not read in time", e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return lastKnown(page, new DataAccessResourceFailureException("The caller left", e));
        } catch (DataAccessException e) {
            return lastKnown(page, e);
        }
    }

    private static List<Grant> lastKnown(@Nullable Page page, DataAccessException failure) {
        if (page == null) {
            throw failure;
        }
        log.debug("A grant cannot be read; the last known one serves", failure);
        return page.grants();
    }

    /** The grants as the database has them now. */
    List<Grant> reread(String sellerId) {
        List<Grant> grants = store.find(sellerId);
        pages.put(sellerId, new Page(grants, clock.instant()));
        listing = null;
        return grants;
    }

    /** A grant that was stored just now. Where nothing is known of the seller's others they are read with the next call. */
    void put(Grant grant) {
        pages.asMap().compute(grant.sellerId(), (seller, page) -> page == null ? new Page(List.of(grant), Instant.MIN.plus(WORKING))
                : new Page(Stream.concat(Stream.of(grant), page.grants().stream().filter(one -> one.region() != grant.region())).toList(), clock.instant()));
        listing = null;
    }

    void forget(String sellerId) {
        pages.invalidate(sellerId);
        listing = null;
    }

    /** Every grant, at most two seconds old; those last known when the database is away. */
    List<Grant> all() {
        Listing last = listing;
        Instant now = clock.instant();
        if (last != null && now.isBefore(last.readAt().plus(NOT_WORKING))) {
            return last.grants();
        }
        List<Grant> grants = read();
        listing = new Listing(grants, now);
        return grants;
    }

    private List<Grant> read() {
        try {
            List<Grant> grants = store.list();
            Instant now = clock.instant();
            grants.stream().collect(Collectors.groupingBy(Grant::sellerId)).forEach((seller, its) -> pages.put(seller, new Page(its, now)));
            away = false;
            return grants;
        } catch (DataAccessException e) {
            if (!away) {
                log.warn("The grants cannot be read; those last known serve: {}", e.getClass().getSimpleName());
            }
            away = true;
            return pages.asMap().values().stream().flatMap(page -> page.grants().stream()).toList();
        }
    }
}
