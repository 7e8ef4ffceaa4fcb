package dev.tollgate.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
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

    /** A way to the database, which can be cut, or become long. */
    public static final class Way extends DelegatingDataSource {

        private final AtomicBoolean cut = new AtomicBoolean();
        private volatile Duration eachStatement = Duration.ZERO;

        private Way(DataSource database) {
            super(database);
        }

        public void cut(boolean now) {
            cut.set(now);
        }

        /** From now on each statement takes so long to get there. */
        public void takes(Duration time) {
            eachStatement = time;
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (cut.get()) {
                throw new SQLException("no way there", "08001");
            }
            Connection connection = super.getConnection();
            return eachStatement.isZero() ? connection : (Connection) Proxy.newProxyInstance(Nodes.class.getClassLoader(),
                    new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                        if (method.getName().endsWith("Statement")) {
                            LockSupport.parkNanos(eachStatement.toNanos()); // the way's own time, not a wait for anything
                        }
                        try {
                            return method.invoke(connection, arguments);
                        } catch (InvocationTargetException failed) {
                            throw failed.getCause();
                        }
                    });
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
