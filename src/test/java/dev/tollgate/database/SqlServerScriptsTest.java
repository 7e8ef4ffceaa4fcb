package dev.tollgate.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What can be said of the SQL Server scripts without a SQL Server: they keep to the T-SQL that SQL Server 2016 and Babelfish
 * share, and make the same tables, columns, indexes and views as the scripts of the other engines.
 */
class SqlServerScriptsTest {

    private static final Pattern MADE = Pattern.compile(
            "(?:CREATE (?:OR REPLACE )?(?:UNIQUE )?(?:TABLE|INDEX|VIEW) (?:IF NOT EXISTS )?|replace_view\\(')((?:\\$\\{(?:schema|logSchema)})?\\w+)"
                    + "|ADD (?:COLUMN IF NOT EXISTS )?\\[?(\\w+)]? [A-Z]");
    private static final Pattern COLUMN = Pattern.compile(
            "(?m)^ +\\[?([A-Z]\\w+)]? +(?:INT|BIGINT|N?VARCHAR|TEXT|DATETIME|TIMESTAMP|BIT|BOOLEAN)\\b");

    static Stream<String> scripts() throws IOException {
        return Stream.of(files("sqlserver/**/*.sql")).map(SqlServerScriptsTest::withoutComments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MERGE\\b", "CREATE\\s+OR\\s+ALTER", "ALTER\\s+COLUMN", "sys\\.", "sysobjects", "WITH\\s+TIES",
            "WITH\\s*\\(", "UPDLOCK|HOLDLOCK|READPAST|NOLOCK", "WAITFOR", "SYNONYM", "DROP\\s+CONSTRAINT", "DROP\\s+TABLE", "\\bLIMIT\\b",
            "GREATEST|LEAST", "STRING_AGG|\\bTRIM\\("})
    void nothingIsUsedThatOneOfTheTwoLacks(String construct) throws IOException {
        Pattern forbidden = Pattern.compile(construct, Pattern.CASE_INSENSITIVE);

        assertThat(scripts()).isNotEmpty().noneMatch(script -> forbidden.matcher(script).find());
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void everyAlterAddsOneColumnThatIsMissing(String script) {
        for (String batch : batches(script)) {
            Matcher alter = Pattern.compile("ALTER TABLE (\\S+) ADD \\[?(\\w+)]? ([^;\\n]*)").matcher(batch);
            while (alter.find()) {
                assertThat(batch).startsWith("IF COL_LENGTH('" + alter.group(1) + "', '" + alter.group(2) + "') IS NULL");
                assertThat(alter.group(3)).doesNotContain(",");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void everyTableAndIndexIsMadeOnlyWhereItsTableOrColumnIsMissing(String script) {
        for (String batch : batches(script)) {
            if (batch.contains("CREATE TABLE") || batch.contains("CREATE INDEX")) {
                assertThat(batch).startsWith("IF OBJECT_ID('");
            }
            if (batch.contains("CREATE UNIQUE INDEX")) {
                assertThat(batch).startsWith("IF COL_LENGTH('").contains("EXEC('CREATE UNIQUE INDEX").contains("IS NOT NULL')");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void everyViewIsAlteredAloneInItsBatchAfterAStubWhereItIsMissing(String script) {
        List<String> batches = batches(script.replaceAll("\\$\\{aliasOf\\w+}", ""));
        for (int i = 0; i < batches.size(); i++) {
            Matcher view = Pattern.compile("ALTER VIEW (\\S+) AS").matcher(batches.get(i));
            if (view.find()) {
                assertThat(view.start()).isZero();
                assertThat(batches.get(i - 1)).isEqualTo("IF OBJECT_ID('" + view.group(1) + "', 'V') IS NULL EXEC('CREATE VIEW "
                        + view.group(1) + " AS SELECT 1 AS Nothing')");
            }
        }
    }

    @Test
    void onlyAViewWithTopIsOrdered() throws IOException {
        assertThat(scripts().flatMap(script -> batches(script).stream())
                .filter(batch -> batch.startsWith("ALTER VIEW") && batch.contains("\nORDER BY")))
                .hasSize(1).allMatch(batch -> batch.contains("SELECT TOP 100 "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"R__[12]_*.sql", "R__3_views.sql", "maintenance/archive.sql", "maintenance/purge.sql",
            "maintenance/reset.sql"})
    void everyEngineMakesTheSameThings(String file) throws IOException {
        TreeSet<String> sqlServer = made(file, "sqlserver");

        assertThat(made(file, "postgresql")).isEqualTo(sqlServer);
        assertThat(made(file, "h2")).isEqualTo(sqlServer);
    }

    private static TreeSet<String> made(String file, String engine) throws IOException {
        String script = Stream.of(files(engine + "/" + file)).map(SqlServerScriptsTest::withoutComments).collect(Collectors.joining());
        TreeSet<String> made = new TreeSet<>();
        MADE.matcher(script).results().forEach(match -> made.add(match.group(1) == null ? match.group(2) : match.group(1)));
        COLUMN.matcher(script).results().forEach(match -> made.add(match.group(1)));
        return made;
    }

    private static List<String> batches(String script) {
        return Stream.of(script.split("(?m)^GO$")).map(String::strip).filter(batch -> !batch.isEmpty()).toList();
    }

    private static String withoutComments(Resource file) {
        try {
            return file.getContentAsString(UTF_8).replaceAll("(?m)^--.*\n", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Resource[] files(String pattern) throws IOException {
        return new PathMatchingResourcePatternResolver().getResources("classpath:sql/" + pattern);
    }
}
