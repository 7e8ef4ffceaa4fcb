package dev.tollgate.database;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What mends a database that cannot be reached, told from what its driver says: each remedy names the setting. */
final class ConnectRemedy {

    private static final String URL = "spring.datasource.url";
    private static final String OTHERWISE = "Start that database, or correct spring.datasource.url, spring.datasource.username and"
            + " spring.datasource.password.";

    /** The first that fits counts; texts are those of mssql-jdbc and PostgreSQL's driver, in lower case. */
    private static final List<Remedy> REMEDIES = List.of(
            new Remedy(says("msal4j", "azure-identity", "activedirectory"), "This way to log in needs Microsoft's library: put azure-identity"
                    + " (or msal4j) with what it depends on into ext/ beside the working folder, and start again; or take"
                    + " authentication=ActiveDirectory… out of " + URL + "."),
            new Remedy(says("integrated authentication", "kerberos", "gsscredential", "gss ", "javakerberos", "mssql-jdbc_auth"),
                    "For Kerberos add integratedSecurity=true;authenticationScheme=JavaKerberos to " + URL + ", give the JVM its krb5.conf"
                            + " (-Djava.security.krb5.conf=…) and a ticket or keytab; libraries that it needs go into ext/ beside the working"
                            + " folder. With a name and password instead set spring.datasource.username and spring.datasource.password."),
            new Remedy(says("pkix path", "certificate", "ssl handshake", "sslhandshake", "secure sockets layer", "does not support ssl"),
                    "This Java does not trust the server's certificate, or it names another host. Give the authority's certificate:"
                            + " spring.datasource.hikari.data-source-properties.trustStore (and trustStorePassword) for SQL Server,"
                            + " spring.datasource.hikari.data-source-properties.sslrootcert for PostgreSQL, or -Djavax.net.ssl.trustStore=… for"
                            + " the JVM; where only the name differs, data-source-properties.hostNameInCertificate. To encrypt without a check"
                            + " add ;trustServerCertificate=true to " + URL + ", and know what you do."),
            new Remedy(number(40613, 40197, 40501, 49918, 49919, 49920, 42108, 42109, 18401).or(state("57P03")), "The database is paused,"
                    + " starting or throttled; a serverless one wakes up within a minute or two of this call. Start again, or let the start"
                    + " wait longer: spring.datasource.hikari.initialization-fail-timeout (milliseconds), 120000 for example."),
            new Remedy(number(18452, 18456, 18470, 18486, 18487, 18488).or(state("28P01", "28000")), "The server does not take this login."
                    + " Correct spring.datasource.username and spring.datasource.password (SPRING_DATASOURCE_USERNAME, …_PASSWORD); the"
                    + " server's own log says more than its answer."),
            new Remedy(number(4060, 4064, 916).or(state("3D000", "42501")), "The server is there, but has no such database, or this login may"
                    + " not open it. Correct databaseName (SQL Server) or the last part (PostgreSQL) of " + URL
                    + ", or let the login in (CREATE USER … FOR LOGIN …; GRANT CONNECT ON DATABASE …)."),
            new Remedy(number(40615), "The server's firewall does not let this address in. Add a rule for it at the server; nothing is to be"
                    + " changed here."),
            new Remedy(says("unknown host", "unknownhost", "name or service not known", "no such host"), "The name of the server is not known"
                    + " here. Correct the host in " + URL + ", or this machine's name service."));

    private record Remedy(Predicate<Throwable> fits, String text) {
    }

    private ConnectRemedy() {
    }

    static String of(Throwable failure) {
        return REMEDIES.stream().filter(remedy -> causes(failure).anyMatch(remedy.fits)).map(Remedy::text).findFirst().orElse(OTHERWISE);
    }

    private static Predicate<Throwable> says(String... words) {
        return cause -> {
            String text = (cause.getClass().getName() + " " + cause.getMessage()).toLowerCase(Locale.ROOT);
            return Stream.of(words).anyMatch(text::contains);
        };
    }

    private static Predicate<Throwable> number(Integer... numbers) {
        Set<Integer> all = Set.of(numbers);
        return cause -> cause instanceof SQLException sql && all.contains(sql.getErrorCode());
    }

    private static Predicate<Throwable> state(String... states) {
        Set<String> all = Set.of(states);
        return cause -> cause instanceof SQLException sql && sql.getSQLState() != null && all.contains(sql.getSQLState());
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(20);
    }
}
