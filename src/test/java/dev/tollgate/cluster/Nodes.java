package dev.tollgate.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import dev.tollgate.database.Tables;
import dev.tollgate.database.TestDatabases;
import dev.tollgate.secret.MasterKeys;

/** Nodes of a cluster inside a test's process, on a PostgreSQL, each with a way there that can be cut. */
public final class Nodes implements AutoCloseable {

    private final Path folder;
    private final DataSource database = TestDatabases.postgresql();
    private final List<Cluster> open = new ArrayList<>();

    public Nodes(Path folder) {
        this.folder = folder;
    }

    /** A way to the database. */
    public static final class Way extends DelegatingDataSource {

        private final AtomicBoolean cut = new AtomicBoolean();

        private Way(DataSource database) {
            super(database);
        }

        public void cut(boolean now) {
            cut.set(now);
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (cut.get()) {
                throw new SQLException("no way there", "08001");
            }
            return super.getConnection();
        }
    }

    public DataSource database() {
        return database;
    }

    public Way way() {
        return new Way(database);
    }

    public Cluster start(String name, Way way) {
        try {
            Path data = folder.resolve(name);
            Cluster cluster = Cluster.join(new ClusterProperties(true, name, Duration.ofSeconds(60), new ClusterProperties.Postures(WhenAway.CLOSED,
                    WhenAway.SHARE, WhenAway.SHARE)), new ClusterDatabase(way, new Tables("", ""), DatabaseDriver.POSTGRESQL, Duration.ofSeconds(5)),
                    MasterKeys.open("5a".repeat(32), data), data, "test");
            open.add(cluster);
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (Cluster cluster : open) {
            cluster.close();
        }
    }
}
