package dev.tollgate.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * PostgreSQL that speaks SQL Server's protocol. Flyway takes it for an old SQL Server and asks it for things that it may
 * not have; the scripts themselves keep to what it knows and may run any number of times, so there they can do without
 * Flyway.
 */
final class Babelfish {

    private static final Pattern BATCH_END = Pattern.compile("(?m)^GO\\s*$");

    private Babelfish() {
    }

    static boolean is(DataSource database) {
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement();
                ResultSet version = statement.executeQuery("SELECT @@VERSION")) {
            return version.next() && String.valueOf(version.getString(1)).contains("Babelfish");
        } catch (SQLException e) {
            return false; // no SQL Server of any kind
        }
    }

    /** Runs every script, each batch on its own; answers how many scripts. */
    static int runScripts(DataSource database, Map<String, String> placeholders) throws IOException, SQLException {
        List<Resource> scripts = Stream.of(new PathMatchingResourcePatternResolver()
                .getResources("classpath:sql/sqlserver/R__*.sql")).sorted(Comparator.comparing(Resource::getFilename)).toList();
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            for (Resource script : scripts) {
                for (String batch : batches(script.getContentAsString(StandardCharsets.UTF_8), placeholders)) {
                    statement.execute(batch);
                }
            }
        }
        return scripts.size();
    }

    static List<String> batches(String script, Map<String, String> placeholders) {
        String text = script;
        for (Map.Entry<String, String> placeholder : placeholders.entrySet()) {
            text = text.replace("${" + placeholder.getKey() + "}", placeholder.getValue());
        }
        return Arrays.stream(BATCH_END.split(text)).map(String::strip).filter(batch -> !batch.isEmpty()).toList();
    }
}
