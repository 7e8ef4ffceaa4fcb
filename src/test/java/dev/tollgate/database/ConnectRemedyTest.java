package dev.tollgate.database;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import javax.net.ssl.SSLHandshakeException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ConnectRemedyTest {

    /** What the drivers say, word by word, and the setting that mends it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            08S01 | 0     | The driver could not establish a secure connection to SQL Server by using Secure Sockets Layer (SSL) encryption. Error: "PKIX path building failed" | data-source-properties.trustStore
            08S01 | 0     | The server selected protocol version TLS10 ... Failed to validate the server name in a certificate during Secure Sockets Layer (SSL) initialization | hostNameInCertificate
            08004 | 0     | The server does not support SSL. | sslrootcert
            S0001 | 40613 | Database 'tollgate' on server 'x' is not currently available. Please retry the connection later. | initialization-fail-timeout
            57P03 | 0     | FATAL: the database system is starting up | initialization-fail-timeout
            S0001 | 18456 | Login failed for user 'sa'. | spring.datasource.password
            28P01 | 0     | FATAL: password authentication failed for user "postgres" | spring.datasource.username
            S0001 | 4060  | Cannot open database "tollgat" requested by the login. The login failed. | databaseName
            3D000 | 0     | FATAL: database "tollgat" does not exist | spring.datasource.url
            08S01 | 0     | Failed to load MSAL4J Java library for performing ActiveDirectoryManagedIdentity authentication. | ext/
            08S01 | 0     | This driver is not configured for integrated authentication. | JavaKerberos
            S0001 | 40615 | Cannot open server 'x' requested by the login. Client with IP address '1.2.3.4' is not allowed to access the server. | firewall
            08006 | 0     | Connection refused | Start that database
            """)
    void eachHasItsRemedy(String state, int number, String said, String setting) {
        SQLException driver = new SQLException(said, state, number);

        assertThat(ConnectRemedy.of(new SQLTransientConnectionException("the pool's words", driver))).contains(setting);
        assertThat(ConnectRemedy.of(new IllegalStateException(driver))).contains(setting);
    }

    @Test
    void theCauseBelowTheDriverCountsToo() {
        assertThat(ConnectRemedy.of(new SQLException("I/O error", "08006", new SSLHandshakeException("unable to find valid path"))))
                .contains("trustStore");
    }
}
