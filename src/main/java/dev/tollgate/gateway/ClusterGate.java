package dev.tollgate.gateway;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

import dev.tollgate.cluster.Cluster;

/**
 * Keeps a node that has lost the others from paying anything that they count, too: it could not say so, and after
 * {@code tollgate.cluster.dead-after} they take over what it holds. It closes at half of that. What is only paced goes on, as
 * {@code tollgate.cluster.when-away.pacing} says. Where there is one gateway it stands open.
 */
@Component
public class ClusterGate {

    private static final Duration WHILE_THE_DATABASE_IS_AWAY = Duration.ofSeconds(5);

    private final BooleanSupplier mayWork;
    private final BooleanSupplier mayCount;

    @Autowired
    ClusterGate(ObjectProvider<Cluster> cluster) {
        this(cluster.getIfAvailable());
    }

    private ClusterGate(Cluster nodes) {
        this(() -> nodes == null || nodes.mayWork(), () -> nodes == null || !nodes.database().isAway());
    }

    private ClusterGate(BooleanSupplier mayWork, BooleanSupplier mayCount) {
        this.mayWork = mayWork;
        this.mayCount = mayCount;
    }

    /** One that stands open. */
    public static ClusterGate ofOneNode() {
        return new ClusterGate(() -> true, () -> true);
    }

    /** @throws Refusal 503 while this node may begin nothing new */
    public void pass() {
        refusal().ifPresent(no -> {
            throw no;
        });
    }

    /** What whoever asks for something new is told; empty while it may begin. */
    private Optional<Refusal> refusal() {
        return mayWork.getAsBoolean() ? Optional.empty() : Optional.of(Refusal.until(503, "This gateway has lost the database that it"
                + " shares with others, and begins nothing new until it is there again.", WHILE_THE_DATABASE_IS_AWAY));
    }

    /** What whoever was not counted is told, where that is since all gateways count in a database that is away; empty otherwise. */
    public Optional<Refusal> uncounted() {
        return refusal().or(() -> mayCount.getAsBoolean() ? Optional.empty() : Optional.of(Refusal.until(503, "The database in which"
                + " all gateways count is away, and this call is not made without.", WHILE_THE_DATABASE_IS_AWAY)));
    }
}
