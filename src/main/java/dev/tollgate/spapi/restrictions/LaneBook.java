package dev.tollgate.spapi.restrictions;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.springframework.stereotype.Component;

import dev.tollgate.spapi.OperationRate;
import dev.tollgate.spapi.OperationRates;

/**
 * Counts the lanes in which restriction checks run: for each seller as many as leave in four seconds, so that answers may
 * take so long and the rate is used nevertheless; fewer where there are many sellers.
 */
@Component
final class LaneBook {

    /** Lanes of all sellers together; each has a thread. */
    static final int MOST = 400;

    private static final long LONGEST_ANSWER = 4_000_000_000L;

    /** Exchange property of a lane whose end is looked for. */
    private static final String OPEN = "restrictionLaneOpen";

    private final int perSeller;
    /** Bound: sellers with lanes, of which there are few at once. */
    private final Map<String, Integer> open = new HashMap<>();

    LaneBook(OperationRates rates) {
        OperationRate rate = rates.of(OperationRates.GET_LISTINGS_RESTRICTIONS);
        this.perSeller = (int) Math.min(MOST, Math.max(rate.burst(), LONGEST_ANSWER / rate.nanosPerCall()));
    }

    /**
     * Opens what is missing.
     *
     * @param sellers with work to do, each once
     * @return the seller of each lane that is open now and was not before
     */
    synchronized List<String> open(List<String> sellers) {
        int share = Math.max(1, Math.min(perSeller, MOST / Math.max(1, sellers.size())));
        List<String> opened = new ArrayList<>();
        for (String seller : sellers) {
            int total = open.values().stream().mapToInt(Integer::intValue).sum();
            int more = Math.min(share - open.getOrDefault(seller, 0), MOST - total);
            if (more > 0) {
                open.merge(seller, more, Integer::sum);
                opened.addAll(Collections.nCopies(more, seller));
            }
        }
        return opened;
    }

    /** A lane is over with its exchange, whatever ended that; to be said at least once. */
    void closeWith(Exchange lane, String seller) {
        if (lane.getProperty(OPEN) == null) {
            lane.setProperty(OPEN, true);
            lane.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange over) {
                    close(seller);
                }
            });
        }
    }

    synchronized void close(String seller) {
        open.computeIfPresent(seller, (same, lanes) -> lanes == 1 ? null : lanes - 1);
    }
}
