package dev.tollgate.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class CountedParametersTest {

    private final CountedParameters database = new CountedParameters(new DriverManagerDataSource("jdbc:h2:mem:", "sa", ""));

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
    void whatTheDatabaseRefusesIsTheDriversOwnException() throws SQLException {
        try (Connection connection = database.getConnection()) {
            assertThatThrownBy(() -> connection.prepareStatement("SELECT nonsense FROM nowhere"))
                    .isInstanceOf(SQLException.class);
        }
    }
}
