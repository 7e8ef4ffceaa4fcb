package dev.tollgate.e2e;

import java.util.List;
import java.util.Map;

import org.springframework.jdbc.core.simple.JdbcClient;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

/** The gateway's tables, as a test fills and reads them. */
record Books(JdbcClient sql) {

    /** One row of TokenUsageLogs. */
    record Entry(String requestId, long tokens) {
    }

    /** A company of one test alone, with as many Active rows as keys. */
    void company(String company, String... keys) {
        for (String key : keys) {
            sql.sql("INSERT INTO TokenMaster (CompanyID, CompanyName, ApiKey, Provider, TotalTokenLimit, Status)"
                    + " VALUES (?, ?, ?, 'Gemini', 1000000000, 'Active')").params(company, company, key).update();
        }
    }

    List<Entry> entries(String company) {
        return sql.sql("SELECT l.RequestID, l.TotalTokensUsed FROM TokenUsageLogs l JOIN TokenMaster m"
                + " ON m.TokenID = l.TokenID WHERE m.CompanyID = ?").param(company)
                .query((row, number) -> new Entry(row.getString(1), row.getLong(2))).list();
    }

    /** Deletes a row of TokenUsageLogs, as somebody might by hand. */
    void delete(String requestId) {
        sql.sql("DELETE FROM TokenUsageLogs WHERE RequestID = ?").param(requestId).update();
    }

    /** Summary and log agree for each key, and what the log holds is exactly what Gemini reported, to the token. */
    void agreeWith(String company, Map<String, Long> reported) {
        List<Entry> entries = entries(company);
        assertThat(entries).as("nothing twice").extracting(Entry::requestId).doesNotHaveDuplicates();
        List<Entry> expected = reported.entrySet().stream().map(told -> new Entry(told.getKey(), told.getValue())).toList();
        assertThat(expected.stream().filter(entry -> !entries.contains(entry)).toList()).as("lost").isEmpty();
        assertThat(entries.stream().filter(entry -> !expected.contains(entry)).toList()).as("invented").isEmpty();
        summaryAgrees(company);
    }

    void summaryAgrees(String company) {
        Map<Long, Long> summed = perKey("SELECT m.TokenID, s.TotalUsedTokens FROM TokenMaster m JOIN TokenUsageSummary s"
                + " ON s.TokenID = m.TokenID WHERE m.CompanyID = ?", company);
        assertThat(summed).isEqualTo(perKey("SELECT m.TokenID, SUM(l.TotalTokensUsed) FROM TokenMaster m"
                + " JOIN TokenUsageLogs l ON l.TokenID = m.TokenID WHERE m.CompanyID = ? GROUP BY m.TokenID", company));
    }

    private Map<Long, Long> perKey(String query, String company) {
        return sql.sql(query).param(company).query((row, number) -> Map.entry(row.getLong(1), row.getLong(2))).list()
                .stream().collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Messages of ApplicationLogs that are LIKE this. */
    List<String> logged(String level, String like) {
        return sql.sql("SELECT Message FROM ApplicationLogs WHERE LogLevel = ? AND Message LIKE ?").params(level, like)
                .query(String.class).list();
    }
}
