package dev.tollgate.database;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class DatabaseNameTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            jdbc:h2:file:/srv/data/tollgate;DB_CLOSE_ON_EXIT=FALSE;PASSWORD=x            | h2:file:/srv/data/tollgate             | true
            jdbc:h2:mem:test                                                             | h2:mem:test                            | false
            jdbc:h2:tcp://db/./ledger                                                    | h2:tcp://db/./ledger                   | false
            jdbc:postgresql://db.example:5432/ledger?user=anna&password=hunter2          | postgresql://db.example:5432/ledger    | false
            jdbc:postgresql://anna:hunter2@db.example/ledger                             | postgresql://db.example/ledger         | false
            jdbc:sqlserver://db.example:1433;databaseName=ledger;password=hunter2        | sqlserver://db.example:1433            | false
            -                                                                            | spring.datasource.url                  | false
            """)
    void aDatabaseIsNamedWithoutItsSecrets(String url, String name, boolean embedded) {
        assertThat(DatabaseName.of(url)).isEqualTo(name);
        assertThat(DatabaseName.isEmbedded(url)).isEqualTo(embedded);
    }
}
