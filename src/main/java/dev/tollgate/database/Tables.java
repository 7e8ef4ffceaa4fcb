package dev.tollgate.database;

import java.util.regex.Pattern;

import dev.tollgate.settings.SettingException;

/**
 * The ledger's tables by the names to use in a statement: with their schema where one is set, unquoted, so that the same
 * statement serves every engine. Schema names are checked, because they become part of statements.
 */
public final class Tables {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final String schema;
    private final String logSchema;

    public Tables(String schema, String logSchema) {
        this.schema = checked("tollgate.schema", schema);
        this.logSchema = checked("tollgate.log-schema", logSchema);
    }

    public String tokenMaster() {
        return schemaPrefix() + "TokenMaster";
    }

    public String usageLogs() {
        return schemaPrefix() + "TokenUsageLogs";
    }

    public String usageSummary() {
        return schemaPrefix() + "TokenUsageSummary";
    }

    /** The reports of {@link AdoptionReport}. */
    public String adoption() {
        return schemaPrefix() + "GatewayAdoption";
    }

    public String gatewayKeys() {
        return schemaPrefix() + "GatewayKeys";
    }

    public String adminAudit() {
        return schemaPrefix() + "AdminAudit";
    }

    public String sellerGrants() {
        return schemaPrefix() + "SellerGrants";
    }

    public String applicationLogs() {
        return logSchemaPrefix() + "ApplicationLogs";
    }

    public String retryAttempts() {
        return logSchemaPrefix() + "RetryAttempts";
    }

    /** A table that several gateways share: ClusterNodes, for example. */
    public String shared(String name) {
        return schemaPrefix() + name;
    }

    /** The schema of the tokens and their usage; empty: the connection's default. */
    String schema() {
        return schema;
    }

    /** The schema of the logs and retries; empty: the connection's default. */
    String logSchema() {
        return logSchema;
    }

    /** What stands before a token table's name: nothing, or the schema and a dot. */
    String schemaPrefix() {
        return prefix(schema);
    }

    /** What stands before a log table's name: nothing, or the schema and a dot. */
    String logSchemaPrefix() {
        return prefix(logSchema);
    }

    private static String prefix(String schema) {
        return schema.isEmpty() ? "" : schema + ".";
    }

    private static String checked(String key, String name) {
        String trimmed = name == null ? "" : name.trim();
        if (trimmed.isEmpty() || NAME.matcher(trimmed).matches()) {
            return trimmed;
        }
        throw new SettingException(key + " is not a schema name: '" + name + "'.",
                "Set " + key + " to a name of letters, digits and underscores that does not begin with a digit,"
                        + " or leave it empty for the connection's default schema.");
    }
}
