package dev.tollgate.spapi;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

import dev.tollgate.budget.Plan;
import dev.tollgate.kit.RateSource;
import dev.tollgate.settings.SettingException;

/**
 * How often each operation may be called: as Amazon publishes it, or as the settings have it; and for each seller as Amazon's
 * answers say meanwhile.
 */
public final class OperationRates implements RateSource {

    /** The operation behind a restriction check: 5 a second, burst 10 (Amazon: Listings Restrictions API Rate Limits). */
    public static final String GET_LISTINGS_RESTRICTIONS = "getListingsRestrictions";

    private static final String LIMIT = "x-amzn-RateLimit-Limit";

    /** Where nothing is published, until an answer tells more. */
    private static final OperationRate UNPUBLISHED = OperationRate.of(1, Duration.ofSeconds(1), 2);

    private final Operations operations;
    /** Bound: the table, by operation. */
    private final Map<String, OperationRate> rates = new HashMap<>();

    /**
     * @param overrides rates that differ from the published ones, by operation
     * @throws SettingException for one of an operation that is not in the table
     */
    OperationRates(Operations operations, Map<String, OperationRate> overrides) {
        this.operations = operations;
        operations.all().forEach(one -> rates.put(one.name(), one.rate() == null ? UNPUBLISHED : one.rate()));
        overrides.forEach((name, rate) -> {
            if (rates.put(name, rate) == null) {
                throw new SettingException("tollgate.sp-api.rates." + name + " is no operation of routes/" + Operations.FILE
                        + ".", "Name one that stands there, or add a line for it.");
            }
        });
    }

    /** With the table in the jar. */
    public static OperationRates packaged(Map<String, OperationRate> overrides) {
        return new OperationRates(Operations.packaged(), overrides);
    }

    /**
     * The operation of a request: its name in the table, or a shape of its own that no operation of the table shares.
     *
     * @param path below the base URL, with its leading slash and as it was sent
     */
    public String operationOf(String method, String path) {
        return operations.of(method, path).name();
    }

    /** Whether it is an operation of the table. */
    boolean knows(String operation) {
        return rates.containsKey(operation);
    }

    /** Whether its burst is known, from Amazon or from the settings. */
    boolean publishes(String operation) {
        return rates.getOrDefault(operation, UNPUBLISHED) != UNPUBLISHED;
    }

    @Override
    public Plan plan(Exchange call) {
        return plan(SpApiCall.of(call).operation());
    }

    Plan plan(String operation) {
        return of(operation).plan();
    }

    /** Amazon names its rate with 20x, 400 and 404 only, and never a burst. */
    @Override
    public Plan told(Exchange reply, Plan known) {
        return told(SpApiCall.of(reply).operation(), reply.getMessage().getHeader(LIMIT, String.class), known);
    }

    /** @param limit {@code x-amzn-RateLimit-Limit}; null without */
    Plan told(String operation, @Nullable String limit, Plan known) {
        OperationRate before = of(operation);
        OperationRate learned = publishes(operation) ? before.limitedTo(limit) : before.learnedFrom(limit);
        return learned == before ? known : learned.plan();
    }

    /** The rate by the settings, else the published one, else one call a second with a burst of two. */
    public OperationRate of(String operation) {
        return rates.getOrDefault(operation, UNPUBLISHED);
    }
}
