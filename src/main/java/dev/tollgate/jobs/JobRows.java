package dev.tollgate.jobs;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.springframework.jdbc.core.JdbcOperations;

import dev.tollgate.cluster.Cluster;
import dev.tollgate.cluster.ClusterDatabase;

/**
 * Tables SharedJobs (what was ordered, how far it is), SharedJobParts (what is left to do, and which node does it) and
 * SharedJobLines (results). Whoever claims a part raises its epoch; what another epoch writes of it is told so. A transaction that
 * writes takes the job's row first, then the part's.
 */
final class JobRows {

    private static final ObjectMapper JSON = JsonMapper.builder().findAndAddModules().build();
    private static final String JOB = "OrderText, State, HeldUp, Message, Done, Failed, Tokens, EndedAt";
    /** Of a job that is removed, results that go in one transaction. */
    private static final int REMOVED_AT_ONCE = 1_000;

    private final Cluster cluster;
    private final ClusterDatabase database;
    private final String jobs;
    private final String parts;
    private final String lines;
    private final String nodes;
    private final String settings;

    JobRows(Cluster cluster) {
        this.cluster = cluster;
        this.database = cluster.database();
        this.jobs = database.table("SharedJobs");
        this.parts = database.table("SharedJobParts");
        this.lines = database.table("SharedJobLines");
        this.nodes = database.table("ClusterNodes");
        this.settings = database.table("ClusterSettings");
    }

    /**
     * A job as it is known to all nodes.
     *
     * @param heldUp  whether what holds up all jobs of its kind holds it up
     * @param endedAt null while it has not ended
     */
    record Row(Job.Order order, JobState state, boolean heldUp, String message, JobJournal.Totals totals, Instant endedAt) {
    }

    /** Part of a job, whoever has it. */
    record PartId(String job, int part) {
    }

    /**
     * A part that this node has claimed.
     *
     * @param epoch how often it was claimed, this time included
     * @param done  items that were finished before, and whether well
     */
    record Claim(PartId id, long epoch, Row row, AsinList items, Map<String, Boolean> done) {
    }

    /**
     * What became of results.
     *
     * @param mine  whether the part was still this claim's
     * @param added how many lines there are more; the others were there already
     * @param row   the job now; null when it was removed
     */
    record Written(boolean mine, int added, Row row) {
    }

    /** Does something while no node orders. */
    <R> R ordering(Supplier<R> work) {
        return database.inTransaction(sql -> {
            if (sql.update("UPDATE " + settings + " SET Value = Value WHERE Name = 'jobs'") == 0) {
                sql.update("INSERT INTO " + settings + " (Name, Value) VALUES ('jobs', 'ordered one after the other')");
            }
            return work.get();
        });
    }

    List<Row> all() {
        return rows("SELECT " + JOB + " FROM " + jobs);
    }

    List<Row> open() {
        return rows("SELECT " + JOB + " FROM " + jobs + " WHERE EndedAt IS NULL");
    }

    List<Row> since(String owner, Instant then) {
        return rows("SELECT " + JOB + " FROM " + jobs + " WHERE Owner = ? AND OrderedAt >= ?", owner, then.toEpochMilli());
    }

    Optional<Row> find(String job) {
        return rows("SELECT " + JOB + " FROM " + jobs + " WHERE JobID = ?", job).stream().findFirst();
    }

    long openItems() {
        return database.inTransaction(sql -> sql.queryForObject("SELECT COALESCE(SUM(CAST(Total AS BIGINT)), 0) FROM " + jobs
                + " WHERE EndedAt IS NULL", Long.class));
    }

    /** Bytes of all results. */
    long bytes() {
        return database.inTransaction(sql -> sql.queryForObject("SELECT COALESCE(SUM(Bytes), 0) FROM " + jobs, Long.class));
    }

    private List<Row> rows(String query, Object... arguments) {
        return database.inTransaction(sql -> sql.query(query, (row, n) -> row(row), arguments));
    }

    private static Row row(ResultSet row) throws SQLException {
        long endedAt = row.getLong(8);
        Instant end = row.wasNull() ? null : Instant.ofEpochMilli(endedAt);
        return new Row(read(row.getString(1)), JobState.valueOf(row.getString(2)), row.getInt(3) == 1, row.getString(4),
                new JobJournal.Totals(row.getInt(5), row.getInt(6), row.getLong(7)), end);
    }

    private static Job.Order read(String order) {
        try {
            return JSON.readValue(order, Job.Order.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Job.Order order) {
        try {
            return JSON.writeValueAsString(order);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param atOnce how many items a part has */
    void insert(Job.Order order, AsinList items, int atOnce) {
        List<Object[]> cut = new ArrayList<>();
        for (int from = 0; from < items.size(); from += Math.min(atOnce, items.size() - from)) {
            cut.add(new Object[] {order.id(), cut.size(), String.join(" ", items.subList(from, from + Math.min(atOnce, items.size() - from)))});
        }
        database.inTransaction(sql -> {
            sql.update("INSERT INTO " + jobs + " (JobID, Type, Owner, OrderedAt, Total, OrderText, State, HeldUp, Done, Failed, Tokens, Bytes)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0)", order.id(), order.type(), order.owner(), order.orderedAt().toEpochMilli(),
                    order.total(), text(order), JobState.QUEUED.name());
            return sql.batchUpdate("INSERT INTO " + parts + " (JobID, Part, Items, NodeEpoch, ClaimEpoch) VALUES (?, ?, ?, 0, 0)", cut);
        });
    }

    /**
     * Of each open job the first part that no living node has, oldest job first; of the nodes that are silent for too long only
     * where this one may say so.
     */
    List<PartId> free() {
        return database.inTransaction(sql -> sql.query("SELECT p.JobID, MIN(p.Part) FROM " + parts + " p JOIN " + jobs + " j ON j.JobID = p.JobID"
                + " LEFT JOIN " + nodes + " n ON n.NodeID = p.NodeID WHERE j.EndedAt IS NULL AND (" + noLivingNode() + ")"
                + " GROUP BY p.JobID, j.OrderedAt ORDER BY j.OrderedAt, p.JobID", (row, n) -> new PartId(row.getString(1), row.getInt(2)),
                cluster.mayCountDead() ? 1 : 0));
    }

    private String noLivingNode() {
        return "p.NodeID IS NULL OR n.NodeID IS NULL OR n.State <> 'up' OR n.Epoch <> p.NodeEpoch"
                + " OR ? = 1 AND n.SeenAt + n.DeadAfter < " + database.now();
    }

    /** The parts that this process has, with the epochs of their claims. */
    Map<PartId, Long> claimed() {
        return database.inTransaction(sql -> {
            Map<PartId, Long> claimed = new HashMap<>();
            sql.query("SELECT JobID, Part, ClaimEpoch FROM " + parts + " WHERE NodeID = ? AND NodeEpoch = ?",
                    (row, n) -> claimed.put(new PartId(row.getString(1), row.getInt(2)), row.getLong(3)), cluster.id(), cluster.epoch());
            return claimed;
        });
    }

    /** Claims a part that is free, or that this process has without having heard it; empty when another node was first. */
    Optional<Claim> claim(PartId id) {
        return database.inTransaction(sql -> {
            List<Long> epochs = sql.query("SELECT p.ClaimEpoch FROM " + parts + " p LEFT JOIN " + nodes + " n ON n.NodeID = p.NodeID"
                    + " WHERE p.JobID = ? AND p.Part = ? AND (p.NodeID = ? AND p.NodeEpoch = ? OR " + noLivingNode() + ")", (row, n) -> row.getLong(1),
                    id.job, id.part, cluster.id(), cluster.epoch(), cluster.mayCountDead() ? 1 : 0);
            if (epochs.isEmpty() || sql.update("UPDATE " + parts + " SET NodeID = ?, NodeEpoch = ?, ClaimEpoch = ClaimEpoch + 1"
                    + " WHERE JobID = ? AND Part = ? AND ClaimEpoch = ?", cluster.id(), cluster.epoch(), id.job, id.part, epochs.get(0)) == 0) {
                return Optional.empty();
            }
            AsinList items = Asins.once(List.of(sql.queryForObject("SELECT Items FROM " + parts + " WHERE JobID = ? AND Part = ?", String.class,
                    id.job, id.part).split(" ")));
            Map<String, Boolean> done = new HashMap<>();
            if (epochs.get(0) > 0) {
                sql.query("SELECT Item, Done FROM " + lines + " WHERE JobID = ?", (row, n) -> done.put(row.getString(1), row.getInt(2) == 1), id.job);
            }
            Row row = sql.query("SELECT " + JOB + " FROM " + jobs + " WHERE JobID = ?", (one, n) -> row(one), id.job).get(0);
            return Optional.of(new Claim(id, epochs.get(0) + 1, row, items, done));
        });
    }

    /**
     * Writes down what was paid for, whoever has the part now; the job ends with its last line.
     *
     * @param again whether it may have been written before: its tokens are counted already when all lines are there
     * @param whole whether nothing is left of the part with it
     * @param kept  the order as it is kept when the job ends with it
     */
    Written append(PartId id, long epoch, List<JobJournal.Entry> entries, long tokens, boolean again, boolean whole, Job.Order kept) {
        List<byte[]> zipped = entries.stream().map(entry -> zipped(entry.line())).toList();
        return database.inTransaction(sql -> {
            if (sql.update("UPDATE " + jobs + " SET Tokens = Tokens WHERE JobID = ?", id.job) == 0) {
                return new Written(false, 0, null);
            }
            boolean mine = whole ? sql.update("DELETE FROM " + parts + " WHERE JobID = ? AND Part = ? AND ClaimEpoch = ?", id.job, id.part, epoch) == 1
                    : sql.update("UPDATE " + parts + " SET NodeID = NodeID WHERE JobID = ? AND Part = ? AND ClaimEpoch = ?", id.job, id.part, epoch) == 1;
            int added = entries.isEmpty() ? 0 : add(sql, id.job, entries, zipped);
            sql.update("UPDATE " + jobs + " SET Tokens = Tokens + ? WHERE JobID = ?", again && added == 0 ? 0 : tokens, id.job);
            endWhenComplete(sql, id.job, kept);
            return new Written(mine, added, sql.query("SELECT " + JOB + " FROM " + jobs + " WHERE JobID = ?", (row, n) -> row(row), id.job).get(0));
        });
    }

    /** Under the lock of the job's row: whoever comes later sees these lines. */
    private int add(JdbcOperations sql, String job, List<JobJournal.Entry> entries, List<byte[]> zipped) {
        List<Object> names = new ArrayList<>(List.of(job));
        entries.forEach(entry -> names.add(entry.item()));
        Set<String> there = new HashSet<>(sql.queryForList("SELECT Item FROM " + lines + " WHERE JobID = ? AND Item IN ("
                + String.join(", ", Collections.nCopies(entries.size(), "?")) + ")", String.class, names.toArray()));
        int last = sql.queryForObject("SELECT Done + Failed FROM " + jobs + " WHERE JobID = ?", Integer.class, job);
        List<Object[]> rows = new ArrayList<>();
        int well = 0;
        long bytes = 0;
        for (int i = 0; i < entries.size(); i++) {
            JobJournal.Entry entry = entries.get(i);
            if (there.add(entry.item())) {
                rows.add(new Object[] {job, entry.item(), last + rows.size() + 1, entry.done() ? 1 : 0, zipped.get(i)});
                well += entry.done() ? 1 : 0;
                bytes += zipped.get(i).length;
            }
        }
        sql.batchUpdate("INSERT INTO " + lines + " (JobID, Item, Seq, Done, Line) VALUES (?, ?, ?, ?, ?)", rows);
        sql.update("UPDATE " + jobs + " SET Done = Done + ?, Failed = Failed + ?, Bytes = Bytes + ? WHERE JobID = ?", well, rows.size() - well,
                bytes, job);
        return rows.size();
    }

    private void endWhenComplete(JdbcOperations sql, String job, Job.Order kept) {
        if (sql.update("UPDATE " + jobs + " SET State = 'DONE', HeldUp = 0, Message = NULL, OrderText = ?, EndedAt = " + database.now()
                + " WHERE JobID = ? AND EndedAt IS NULL AND Done + Failed >= Total", text(kept), job) == 1) {
            sql.update("DELETE FROM " + parts + " WHERE JobID = ?", job);
        }
    }

    /** Ends a job, unless it has ended; nobody has anything of it to do then. */
    void end(String job, JobState state, String why, Job.Order kept) {
        database.inTransaction(sql -> sql.update("UPDATE " + jobs + " SET State = ?, HeldUp = 0, Message = ?, OrderText = ?, EndedAt = " + database.now()
                + " WHERE JobID = ? AND EndedAt IS NULL", state.name(), why, text(kept), job)
                + sql.update("DELETE FROM " + parts + " WHERE JobID = ?", job));
    }

    /** What holds a job up, or that nothing does, as the claim of a part sees it. */
    void say(PartId id, long epoch, JobState state, boolean heldUp, String message) {
        database.inTransaction(sql -> sql.update("UPDATE " + jobs + " SET State = ?, HeldUp = ?, Message = ? WHERE JobID = ? AND EndedAt IS NULL AND EXISTS"
                + " (SELECT 1 FROM " + parts + " p WHERE p.JobID = ? AND p.Part = ? AND p.ClaimEpoch = ?)", state.name(), heldUp ? 1 : 0, message,
                id.job, id.job, id.part, epoch));
    }

    /** Lines of results in the order in which they came, from the first number on, before the second. */
    List<byte[]> lines(String job, int from, int before) {
        return database.inTransaction(sql -> sql.query("SELECT Line FROM " + lines + " WHERE JobID = ? AND Seq >= ? AND Seq < ? ORDER BY Seq",
                (row, n) -> unzipped(row.getBytes(1)), job, from, before));
    }

    /** Removes a job with its results, these first and not all at once. */
    void remove(String job, int results) {
        for (int last = REMOVED_AT_ONCE; last < results + REMOVED_AT_ONCE; last += REMOVED_AT_ONCE) {
            int most = last;
            database.inTransaction(sql -> sql.update("DELETE FROM " + lines + " WHERE JobID = ? AND Seq <= ?", job, most));
        }
        database.inTransaction(sql -> sql.update("DELETE FROM " + lines + " WHERE JobID = ?", job)
                + sql.update("DELETE FROM " + parts + " WHERE JobID = ?", job) + sql.update("DELETE FROM " + jobs + " WHERE JobID = ?", job));
    }

    private static byte[] zipped(String line) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] unzipped(byte[] line) {
        try (GZIPInputStream zip = new GZIPInputStream(new ByteArrayInputStream(line))) {
            return zip.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
