package dev.tollgate.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.springframework.jdbc.core.JdbcOperations;

import dev.tollgate.secret.MasterKeys;
import dev.tollgate.secret.SecretCipher;
import dev.tollgate.secret.SecretUnreadableException;
import dev.tollgate.settings.SettingException;

/** Tables ClusterNodes and ClusterSettings: who takes part, and what all must agree on. */
final class ClusterNodes {

    /** The shape of the shared tables that this release reads and writes. */
    static final int SHAPE = 1;

    private static final Duration FORGOTTEN = Duration.ofDays(7);
    private static final String CHECK = "tollgate";

    /** A row as it is found. */
    private record Row(String dataId, String state, long seenAt, long deadAfter) {
    }

    private final ClusterDatabase database;
    private final String nodes;
    private final String settings;
    private final int shape;

    ClusterNodes(ClusterDatabase database) {
        this(database, SHAPE);
    }

    /** @param shape of the shared tables that this release reads and writes */
    ClusterNodes(ClusterDatabase database, int shape) {
        this.database = database;
        this.shape = shape;
        this.nodes = database.table("ClusterNodes");
        this.settings = database.table("ClusterSettings");
    }

    /**
     * Takes part under a name, with a new epoch.
     *
     * @param dataId tells the data-dir, which one process has for itself: whoever had it before is dead
     * @return the epoch
     * @throws SettingException when a node of this name lives, the master key is another, or the tables are of a later release, or of an
     *                          earlier one that still runs
     */
    long join(String id, String dataId, Duration deadAfter, String version, MasterKeys keys) {
        agree(keys.cipherFor("ClusterSettings.MasterKey"), dataId);
        return database.attempt(sql -> {
            int there = sql.update("UPDATE " + nodes + " SET Epoch = Epoch + 1 WHERE NodeID = ?", id);
            long now = now(sql);
            if (there == 0) {
                sql.update("INSERT INTO " + nodes + " (NodeID, Epoch, DataID, State, StartedAt, SeenAt, DeadAfter, Version)"
                        + " VALUES (?, 1, ?, 'up', ?, ?, ?, ?)", id, dataId, now, now, deadAfter.toMillis(), version);
            } else {
                refuseLiving(id, dataId, now, row(sql, id));
                sql.update("UPDATE " + nodes + " SET DataID = ?, State = 'up', StartedAt = ?, SeenAt = ?, DeadAfter = ?, Version = ?"
                        + " WHERE NodeID = ?", dataId, now, now, deadAfter.toMillis(), version, id);
            }
            sql.update("DELETE FROM " + nodes + " WHERE SeenAt < ?", now - FORGOTTEN.toMillis());
            return sql.queryForObject("SELECT Epoch FROM " + nodes + " WHERE NodeID = ?", Long.class, id);
        });
    }

    private Row row(JdbcOperations sql, String id) {
        return sql.queryForObject("SELECT DataID, State, SeenAt, DeadAfter FROM " + nodes + " WHERE NodeID = ?",
                (row, number) -> new Row(row.getString(1), row.getString(2), row.getLong(3), row.getLong(4)), id);
    }

    private static void refuseLiving(String id, String dataId, long now, Row row) {
        long left = row.seenAt + row.deadAfter - now;
        if (row.state.equals("up") && left > 0 && !row.dataId.equals(dataId)) {
            throw new SettingException("A node of the name \"" + id + "\" lives already, with another data-dir: it was seen "
                    + Math.max(0, now - row.seenAt) / 1000 + " s ago.", "Give each node a tollgate.cluster.node-id of its own; or, if that"
                    + " one was killed and its data-dir is gone, start again in " + (left / 1000 + 1) + " s.");
        }
    }

    private void agree(SecretCipher cipher, String dataId) {
        database.attempt(sql -> {
            if (sql.update("UPDATE " + settings + " SET Value = Value WHERE Name = 'shape'") == 0) {
                sql.update("INSERT INTO " + settings + " (Name, Value) VALUES ('shape', ?)", String.valueOf(shape));
                sql.update("INSERT INTO " + settings + " (Name, Value) VALUES ('master-key', ?)", cipher.encrypt(CHECK));
            }
            refuseOtherShape(sql, Integer.parseInt(setting(sql, "shape")), dataId);
            String check = setting(sql, "master-key");
            refuseOtherKey(cipher, check);
            if (!cipher.isCurrent(check)) {
                sql.update("UPDATE " + settings + " SET Value = ? WHERE Name = 'master-key'", cipher.encrypt(CHECK));
            }
            return null;
        });
    }

    /** The tables become this release's own when nobody is left who knows them as they were. */
    private void refuseOtherShape(JdbcOperations sql, int there, String dataId) {
        if (there > shape) {
            throw new SettingException("The tables that the nodes share have shape " + there + ", which a later release has made; this"
                    + " one knows " + shape + ".", "Start the release that the other nodes run.");
        }
        if (there == shape) {
            return;
        }
        List<String> living = sql.queryForList("SELECT NodeID FROM " + nodes + " WHERE State = 'up' AND SeenAt + DeadAfter >= " + database.now()
                + " AND DataID <> ? ORDER BY NodeID", String.class, dataId);
        if (!living.isEmpty()) {
            throw new SettingException("The nodes " + living + " run an earlier release, which knows the tables that the nodes share in shape "
                    + there + "; this one would change them to shape " + shape + ".", "Stop all of them, and start this release then; or start"
                    + " the release that they run.");
        }
        sql.update("UPDATE " + settings + " SET Value = ? WHERE Name = 'shape'", String.valueOf(shape));
    }

    private static void refuseOtherKey(SecretCipher cipher, String check) {
        try {
            cipher.decrypt(check);
        } catch (SecretUnreadableException other) {
            throw new SettingException("The other nodes on this database encrypt with another master key (" + other.keyId()
                    + "): this one could not read what they write.", "Give every node the same TOLLGATE_MASTER_KEY; to change it, add the"
                    + " new one behind the old on all of them first.", other);
        }
    }

    String setting(JdbcOperations sql, String name) {
        return sql.queryForObject("SELECT Value FROM " + settings + " WHERE Name = ?", String.class, name);
    }

    /** Says that this node lives; false when another process has its name since, or a later release the tables. */
    boolean beat(JdbcOperations sql, String id, long epoch) {
        return sql.update("UPDATE " + nodes + " SET SeenAt = " + database.now() + " WHERE NodeID = ? AND Epoch = ? AND EXISTS (SELECT 1 FROM "
                + settings + " s WHERE s.Name = 'shape' AND s.Value = ?)", id, epoch, String.valueOf(shape)) == 1;
    }

    /** Why {@link #beat} was not heard, as a sentence for an operator. */
    String lost(JdbcOperations sql, String id) {
        String there = setting(sql, "shape");
        return there.equals(String.valueOf(shape)) ? "Another process was started as node " + id + ". Stop one of them, or give it another"
                + " tollgate.cluster.node-id." : "Another release has changed the tables that the nodes share to shape " + there
                + "; this one knows " + shape + ". Start node " + id + " with that release.";
    }

    long now(JdbcOperations sql) {
        return sql.queryForObject("SELECT " + database.now(), Long.class);
    }

    /** All nodes of the last days, by name. */
    List<Node> all(JdbcOperations sql, long now) {
        return sql.query("SELECT NodeID, Epoch, State, StartedAt, SeenAt, DeadAfter, Version FROM " + nodes + " ORDER BY NodeID",
                (row, number) -> new Node(row.getString(1), row.getLong(2), state(row.getString(3), row.getLong(5) + row.getLong(6), now),
                        Instant.ofEpochMilli(row.getLong(4)), Instant.ofEpochMilli(row.getLong(5)), row.getString(7)));
    }

    private static Node.State state(String said, long deadAt, long now) {
        return said.equals("left") ? Node.State.LEFT : now > deadAt ? Node.State.DEAD : Node.State.UP;
    }

    /** This node stops in order. */
    void leave(String id, long epoch) {
        database.attempt(sql -> sql.update("UPDATE " + nodes + " SET State = 'left', SeenAt = " + database.now()
                + " WHERE NodeID = ? AND Epoch = ?", id, epoch));
    }
}
