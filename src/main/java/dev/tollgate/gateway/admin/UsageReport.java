package dev.tollgate.gateway.admin;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import dev.tollgate.database.DatabaseClock;
import dev.tollgate.database.Tables;
import dev.tollgate.gateway.admin.UsageDays.Names;
import dev.tollgate.gateway.admin.UsageDays.Sum;
import dev.tollgate.ledger.LedgerProperties;

/**
 * Tokens and requests of Gemini in the last {@value #DAYS} days, by day, branch and user, from sums that are kept for each day.
 * Every reading adds up the days anew; where a day's rows or sums are not those of what is kept, its branches and users are read
 * again. So a kept sum is never older than the rows it stands for, whoever wrote or moved them. Those of days that are over
 * outlive a restart.
 */
@Component("usageReport")
public class UsageReport {

    private static final int DAYS = 30;
    private static final int MOST_DAYS = DAYS + 10;
    private static final int LARGEST = 10;

    /** More branches and users in one day are not kept. */
    private static final int MOST_NAMES = 5_000;

    /** What usage rows are added up to. The sums of tokens are exact, and each half fits BIGINT on every engine. */
    private static final String SUMS = " SUM(CAST(l.TotalTokensUsed AS BIGINT) / 1000000000) AS billions,"
            + " SUM(CAST(l.TotalTokensUsed AS BIGINT) % 1000000000) AS ones, SUM(CAST(COALESCE(l.RequestCount, 1) AS BIGINT)) AS requests,"
            + " COUNT(*) AS counted FROM ";

    private final JdbcTemplate database;
    private final DatabaseClock times;
    private final int mostNames;
    private final String days;
    private final String namesOfADay;
    private final UsageDays disk;
    /** Bound: 40 days of 5,000 names of 100 characters; by day. */
    private final NavigableMap<LocalDate, Names> kept = new TreeMap<>();
    private LocalDate checked = LocalDate.MIN;
    private boolean loaded;

    @Autowired
    UsageReport(DataSource database, Tables tables, DatabaseClock times, LedgerProperties ledger, @Value("${tollgate.data-dir}") String dataDir) {
        this(new JdbcTemplate(database), tables, times, MOST_NAMES, Path.of(dataDir));
        this.database.setQueryTimeout((int) ledger.queryTimeout().toSeconds());
    }

    UsageReport(JdbcTemplate database, Tables tables, DatabaseClock times, int mostNames, Path dataDir) {
        this.disk = new UsageDays(dataDir.resolve("usage-days.json"));
        this.database = database;
        this.times = times;
        this.mostNames = mostNames;
        this.database.setMaxRows(mostNames + 1);
        String gemini = " AND (l.TokenID IS NULL OR l.TokenID NOT IN (SELECT m.TokenID FROM " + tables.tokenMaster() + " m WHERE"
                + " LTRIM(RTRIM(m.Provider)) <> '' AND LOWER(m.Provider) NOT LIKE '%gemini%' AND LOWER(m.Provider) NOT LIKE '%google%'))";
        String since = " l WHERE l.LoggedAt >= CAST(? AS DATE)";
        this.days = "SELECT CAST(l.LoggedAt AS DATE) AS loggedday," + SUMS + tables.usageLogs() + since + gemini + " GROUP BY CAST(l.LoggedAt AS DATE)";
        String oneDay = tables.usageLogs() + since + " AND l.LoggedAt < CAST(? AS DATE)" + gemini;
        this.namesOfADay = "SELECT 'branch' AS kind, COALESCE(l.Branch, 'Default') AS name," + SUMS + oneDay + " GROUP BY COALESCE(l.Branch, 'Default')"
                + " UNION ALL SELECT 'user' AS kind, COALESCE(l.RequestedBy, 'System') AS name," + SUMS + oneDay
                + " GROUP BY COALESCE(l.RequestedBy, 'System')";
    }

    /**
     * One list, as {@code /admin/usage} answers it: a row a day, and those of the {@value #LARGEST} largest branches and users.
     *
     * @return null where there are more days, or a day has more branches and users, than are kept
     */
    public synchronized @Nullable List<Map<String, Object>> read() {
        if (!loaded) {
            kept.putAll(disk.load());
            loaded = true;
        }
        SortedMap<LocalDate, Sum> sums = days(times.daysAgo(DAYS));
        if (sums.size() > MOST_DAYS) {
            return null; // rows of days to come, written by somebody else
        }
        LocalDate today = LocalDate.parse(times.daysAgo(0));
        boolean changed = kept.entrySet().removeIf(day -> !day.getValue().all().equals(sums.get(day.getKey())) && day.getKey().isBefore(today));
        kept.tailMap(today).entrySet().removeIf(day -> !day.getValue().all().equals(sums.get(day.getKey())));
        for (LocalDate day : sums.keySet()) {
            if (!kept.containsKey(day)) {
                Names names = names(day);
                if (names.count() > mostNames) {
                    return null;
                }
                kept.put(day, names);
                changed |= day.isBefore(today);
            }
        }
        if (changed) {
            disk.save(kept.headMap(today));
        }
        Map<String, Sum> branches = new HashMap<>();
        Map<String, Sum> users = new HashMap<>();
        kept.values().forEach(day -> {
            day.branches().forEach((name, sum) -> branches.merge(name, sum, Sum::plus));
            day.users().forEach((name, sum) -> users.merge(name, sum, Sum::plus));
        });
        Map<String, Sum> byDay = new HashMap<>();
        sums.forEach((day, sum) -> byDay.put(day.toString(), sum));
        List<Map<String, Object>> report = new ArrayList<>();
        largest(report, "branch", branches, LARGEST);
        largest(report, "day", byDay, Integer.MAX_VALUE);
        largest(report, "user", users, LARGEST);
        return report;
    }

    /**
     * The same for a timer, and one day more, each in its turn, is read anew although its sums are those that are kept: somebody may
     * have given its rows another branch or user.
     */
    public synchronized void keep() {
        if (read() != null && !kept.isEmpty()) {
            checked = kept.higherKey(checked) == null ? kept.firstKey() : kept.higherKey(checked);
            Names names = names(checked);
            if (!names.equals(kept.put(checked, names))) {
                disk.save(kept.headMap(LocalDate.parse(times.daysAgo(0))));
            }
        }
    }

    private SortedMap<LocalDate, Sum> days(String since) {
        SortedMap<LocalDate, Sum> sums = new TreeMap<>();
        database.query(days, row -> {
            sums.put(row.getObject("loggedday", LocalDate.class), sum(row));
        }, since);
        return sums;
    }

    private static Sum sum(ResultSet row) throws SQLException {
        BigInteger billions = number(row.getBigDecimal("billions"));
        return new Sum(billions.multiply(BigInteger.valueOf(1_000_000_000)).add(number(row.getBigDecimal("ones"))), row.getLong("requests"),
                row.getLong("counted"));
    }

    private static BigInteger number(@Nullable BigDecimal sum) {
        return sum == null ? BigInteger.ZERO : sum.toBigInteger();
    }

    private Names names(LocalDate day) {
        Names names = new Names(new HashMap<>(), new HashMap<>());
        String next = day.plusDays(1).toString();
        database.query(namesOfADay, row -> {
            (row.getString("kind").strip().equals("branch") ? names.branches() : names.users())
                    .merge(row.getString("name"), sum(row), Sum::plus);
        }, day.toString(), next, day.toString(), next);
        return names;
    }

    private static void largest(List<Map<String, Object>> report, String by, Map<String, Sum> sums, int most) {
        sums.entrySet().stream().sorted(Comparator.comparing((Map.Entry<String, Sum> one) -> one.getValue().tokens()).reversed()
                .thenComparing(Map.Entry::getKey)).limit(most).forEach(one -> {
                    Map<String, Object> row = new LinkedHashMap<>();
                    row.put("by", by);
                    row.put("name", one.getKey());
                    row.put("tokens", one.getValue().tokens());
                    row.put("requests", one.getValue().requests());
                    report.add(row);
                });
    }
}
