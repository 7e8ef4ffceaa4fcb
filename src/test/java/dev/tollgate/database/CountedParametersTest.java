package dev.tollgate.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CountedParametersTest {

    private final CountedParameters database = new CountedParameters(new DriverManagerDataSource("jdbc:h2:mem:", "sa", ""),
            Duration.ofSeconds(1));

    @Test
    void parametersAreCountedWithoutTheDriver() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT CAST(? AS INT) + CAST(? AS INT)")) {
            assertThat(statement.getParameterMetaData().getParameterCount()).isEqualTo(2);
            assertThatThrownBy(() -> statement.getParameterMetaData().getParameterType(1))
                    .isInstanceOf(UnsupportedOperationException.class);
            statement.setInt(1, 40);
            statement.setInt(2, 2);
            try (ResultSet sum = statement.executeQuery()) {
                sum.next();
                assertThat(sum.getInt(1)).isEqualTo(42);
            }
        }
    }

    @Test
    void aStatementThatTakesTooLongSaysNothingAgainstTheDatabase() throws SQLException {
        try (Connection connection = database.getConnection(); PreparedStatement statement = connection.prepareStatement(
                "SELECT COUNT(*) FROM SYSTEM_RANGE(1, 1000000) a, SYSTEM_RANGE(1, 1000000) b WHERE a.X + b.X = -1")) {
            assertThatThrownBy(statement::executeQuery).satisfies(late -> assertThat(Fault.of(late)).isEqualTo(Fault.HELD_UP));
        }
    }

    @Test
    void whatTheDatabaseRefusesIsTheDriversOwnException() throws SQLException {
        try (Connection connection = database.getConnection()) {
            assertThatThrownBy(() -> connection.prepareStatement("SELECT nonsense FROM nowhere"))
                    .isInstanceOf(SQLException.class);
        }
    }
}
