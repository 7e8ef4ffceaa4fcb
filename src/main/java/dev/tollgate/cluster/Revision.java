package dev.tollgate.cluster;

import java.util.List;

/** A number in the database that grows when something was changed, which every node reads with each heartbeat. */
public final class Revision {

    private final ClusterDatabase database;
    private final String name;
    private volatile Runnable changed = () -> { };
    private volatile String seen;

    Revision(ClusterDatabase database, String name) {
        this.database = database;
        this.name = name;
        database.attempt(sql -> sql.update("UPDATE " + table() + " SET Value = Value WHERE Name = ?", name) == 1
                || sql.update("INSERT INTO " + table() + " (Name, Value) VALUES (?, '0')", name) == 1);
        look();
    }

    private String table() {
        return database.table("ClusterSettings");
    }

    /** Something was changed; to be called in the transaction that changes it. */
    public void grow() {
        database.sql().update("UPDATE " + table() + " SET Value = CAST(CAST(Value AS BIGINT) + 1 AS VARCHAR(20)) WHERE Name = ?", name);
    }

    /** Runs when another node, or this one, has changed something. */
    public void onChange(Runnable listener) {
        changed = listener;
    }

    void look() {
        List<String> now = database.attempt(sql -> sql.queryForList("SELECT Value FROM " + table() + " WHERE Name = ?", String.class, name));
        String value = now.isEmpty() ? null : now.get(0);
        boolean other = seen != null && !seen.equals(value);
        seen = value;
        if (other) {
            changed.run();
        }
    }
}
