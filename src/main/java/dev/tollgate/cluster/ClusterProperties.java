package dev.tollgate.cluster;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether and how this gateway shares its state with others on the same database.
 *
 * @param enabled   whether it does; the database is then a SQL Server or PostgreSQL
 * @param nodeId    the name of this node, of which no other that lives may have the same; empty: the host's name
 * @param deadAfter how long a node may be silent before the others take what it held, 4s or more; after half of it a node that
 *                  does not reach the database begins nothing that others might take over
 * @param whenAway  what a node may do by itself while the database is away
 */
@ConfigurationProperties("tollgate.cluster")
public record ClusterProperties(@DefaultValue("false") boolean enabled, @DefaultValue("") String nodeId,
        @DefaultValue("60s") Duration deadAfter, @DefaultValue Postures whenAway) {

    private static final Duration SHORTEST = Duration.ofSeconds(4);
    private static final int LONGEST_ID = 64;

    /**
     * @param quota for limits by the day: {@code closed}, no call leaves; {@code share}, those that were counted for this node
     *              beforehand, a twentieth of what was left at a time
     * @param pacing for token buckets (Keepa, SP-API, own APIs): {@code closed}, no call leaves; {@code share}, each node goes on with
     *              its Nth of the rate and of what was left
     * @param budget for limits of tokens: {@code closed}, no call is paid; {@code share}, those that this node's part covers, which it
     *              held beforehand: half of what was left, divided by the nodes
     */
    public record Postures(@DefaultValue("closed") WhenAway quota, @DefaultValue("share") WhenAway pacing,
            @DefaultValue("share") WhenAway budget) {
    }

    /** @throws IllegalArgumentException naming the key that is out of its bounds */
    public ClusterProperties {
        if (deadAfter.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("tollgate.cluster.dead-after must be 4s or more, not " + deadAfter.toMillis() + "ms");
        }
        if (!nodeId.isBlank() && !nodeId.strip().matches("[A-Za-z0-9._:-]{1," + LONGEST_ID + "}")) {
            throw new IllegalArgumentException("tollgate.cluster.node-id must be 1 to " + LONGEST_ID
                    + " letters, digits, dots, colons, hyphens or underscores, not \"" + nodeId + "\"");
        }
    }

    /** The name of this node. */
    String node() {
        return nodeId.isBlank() ? hostName() : nodeId.strip();
    }

    /** How often a node says that it lives. */
    Duration heartbeat() {
        Duration twelfth = deadAfter.dividedBy(12);
        return twelfth.compareTo(Duration.ofSeconds(1)) > 0 ? Duration.ofSeconds(1) : twelfth;
    }

    /** The name of this machine, in which a process is told apart from those elsewhere. */
    public static String hostName() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            return name.length() > LONGEST_ID ? name.substring(0, LONGEST_ID) : name;
        } catch (UnknownHostException e) {
            return "localhost"; // a host that does not know its own name still has a status
        }
    }
}
