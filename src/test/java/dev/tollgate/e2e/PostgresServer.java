package dev.tollgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import dev.tollgate.FreePort;
import dev.tollgate.Signals;
import dev.tollgate.database.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;

/** A PostgreSQL that can be stopped, hung and started again: always the same port and files. */
final class PostgresServer implements AutoCloseable {

    private final Path files;
    private final int port;
    private final Map<String, String> more;
    private EmbeddedPostgres server;

    /** Starts it, with the gateway's tables and no rows. */
    PostgresServer(Path folder) {
        this(folder, Map.of());
    }

    /** @param more settings of its own */
    PostgresServer(Path folder, Map<String, String> more) {
        this.more = more;
        files = folder.resolve("postgres");
        port = FreePort.find();
        start();
        TestDatabases.migrate(new DriverManagerDataSource(url(), "postgres", ""), "", "");
    }

    void start() {
        try {
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder().setPort(port)
                    .setServerConfig("synchronous_commit", "on") // off there: a kill would lose commits
                    .setPGStartupWait(Duration.ofMinutes(2)).setDataDirectory(files).setCleanDataDirectory(false);
            more.forEach(builder::setServerConfig);
            server = builder.start();
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As at a restart of the machine: every connection ends, no new one is accepted. */
    void stop() {
        try {
            server.close();
            server = null;
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The end that asks nobody, of all of its processes. */
    void kill() {
        signal("KILL");
        stop(); // finds nobody, and gives its files free
    }

    /** Connections are accepted and stay, but nobody answers. */
    void hang() {
        signal("STOP");
    }

    void goOn() {
        signal("CONT");
    }

    /** Settings of a gateway that uses this database. */
    Map<String, String> settings() {
        return Map.of("spring.datasource.url", url(), "spring.datasource.username", "postgres");
    }

    JdbcClient sql() {
        return JdbcClient.create(new DriverManagerDataSource(url(), "postgres", ""));
    }

    int port() {
        return port;
    }

    private String url() {
        return url(port);
    }

    static String url(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    private void signal(String name) {
        try {
            long postmaster = Long.parseLong(Files.readAllLines(files.resolve("postmaster.pid")).get(0).strip());
            ProcessHandle handle = ProcessHandle.of(postmaster).orElseThrow();
            int status = Signals.send(name, Stream.concat(Stream.of(handle), handle.descendants()).mapToLong(ProcessHandle::pid).toArray());
            if (name.equals("KILL")) { // one of its processes may have ended by itself just before
                handle.onExit().join();
            } else {
                assertThat(status).isZero();
            }
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (server != null) {
            stop();
        }
    }
}
