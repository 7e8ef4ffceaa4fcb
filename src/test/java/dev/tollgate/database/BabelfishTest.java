package dev.tollgate.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class BabelfishTest {

    @Test
    void aBatchEndsWhereALineSaysGo() {
        assertThat(Babelfish.batches("DROP VIEW IF EXISTS ${schema}a\nGO\n-- GO on\nSELECT 'GO' AS CATEGORY\n  GO\nGO \n\nSELECT 2",
                Map.of("schema", "docUpload."))).containsExactly("DROP VIEW IF EXISTS docUpload.a",
                        "-- GO on\nSELECT 'GO' AS CATEGORY\n  GO", "SELECT 2");
    }

    @Test
    void anotherDatabaseIsNotTakenForIt() {
        assertThat(Babelfish.is(new DriverManagerDataSource("jdbc:h2:mem:", "sa", ""))).isFalse();
    }
}
