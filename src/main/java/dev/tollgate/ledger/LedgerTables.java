package dev.tollgate.ledger;

import java.util.regex.Pattern;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The tables' names as statements use them, with their schema where they have one. Every name is checked, since it
 * becomes part of a statement's text.
 */
@ConfigurationProperties("tollgate.table")
public record LedgerTables(
        @DefaultValue("TokenMaster") String tokenMaster,
        @DefaultValue("TokenUsageLogs") String usageLogs,
        @DefaultValue("TokenUsageSummary") String usageSummary,
        @DefaultValue("ApplicationLogs") String applicationLogs,
        @DefaultValue("RetryAttempts") String retryAttempts) {

    private static final Pattern NAME = Pattern.compile("[\\w$#]+|\"[^\"]+\"|\\[[^\\]]+]");
    private static final Pattern QUALIFIED =
            Pattern.compile("(?:(?:" + NAME + ")\\.){0,2}(?:" + NAME + ")");

    /** @throws IllegalArgumentException for a value that is no table name */
    public LedgerTables {
        check(tokenMaster);
        check(usageLogs);
        check(usageSummary);
        check(applicationLogs);
        check(retryAttempts);
    }

    private static void check(String name) {
        if (!QUALIFIED.matcher(name).matches()) {
            throw new IllegalArgumentException("tollgate.table.*: not a table name: " + name);
        }
    }
}
