package dev.tollgate.database;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A commit that was answered survives {@code kill -9}, with the H2 address as it ships. */
class KillTest {

    private static final int ROWS = 50;

    @TempDir
    Path folder;

    @Test
    void committedRowsAreInTheFileWhenTheProcessIsKilled() throws Exception {
        String url = shippedUrl().replace("${tollgate.h2-file}", folder.resolve("tollgate").toString());
        Process writer = new ProcessBuilder(List.of(ProcessHandle.current().info().command().orElseThrow(),
                "-cp", System.getProperty("java.class.path"), Writer.class.getName(), url)).redirectErrorStream(true).start();
        try (BufferedReader output = new BufferedReader(new InputStreamReader(writer.getInputStream()))) {
            assertThat(output.readLine()).isEqualTo("committed");
        } finally {
            writer.destroyForcibly().waitFor();
        }

        JdbcTemplate sql = new JdbcTemplate(new DriverManagerDataSource(url, "sa", ""));
        assertThat(sql.queryForObject("SELECT COUNT(*) FROM Paid", Integer.class)).isEqualTo(ROWS);
    }

    private static String shippedUrl() {
        YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
        yaml.setResources(new ClassPathResource("application.yaml"));
        return yaml.getObject().getProperty("spring.datasource.url");
    }

    /** Commits, says so and waits to be killed. */
    static final class Writer {

        public static void main(String[] arguments) throws SQLException, IOException {
            try (Connection connection = DriverManager.getConnection(arguments[0], "sa", "");
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE Paid (CallID INT)");
                connection.setAutoCommit(false);
                for (int i = 0; i < ROWS; i++) {
                    statement.execute("INSERT INTO Paid VALUES (" + i + ")");
                    connection.commit();
                }
                System.out.println("committed");
                System.in.read();
            }
        }
    }
}
