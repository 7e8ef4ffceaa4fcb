package dev.tollgate.database;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class FaultTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # SQLState | code  | fault
            23505      | 0     | DUPLICATE
            23000      | 2627  | DUPLICATE
            23000      | 2601  | DUPLICATE
            40001      | 1205  | BUSY
            40P01      | 0     | BUSY
            55P03      | 0     | HELD_UP
            HYT00      | 50200 | HELD_UP
            S0001      | 1222  | HELD_UP
            57014      | 0     | HELD_UP
            HY008      | 0     | HELD_UP
            53200      | 0     | AWAY
            S0001      | 40501 | AWAY
            S0001      | 40197 | AWAY
            S0001      | 40613 | AWAY
            S0001      | 10928 | AWAY
            S0001      | 49918 | AWAY
            S0001      | 701   | AWAY
            S0001      | 8645  | AWAY
            S0001      | 40544 | FULL
            S0001      | 1101  | FULL
            S0005      | 229   | DENIED
            28P01      | 0     | AWAY
            P0001      | 0     | UNCLEAR
            S0001      | 50000 | UNCLEAR
            23503      | 0     | REFUSED
            23000      | 547   | REFUSED
            22003      | 0     | REFUSED
            S0002      | 8115  | REFUSED
            22001      | 8152  | REFUSED
            08006      | 0     | AWAY
            08S01      | 0     | AWAY
            57P01      | 0     | AWAY
            57P03      | 0     | AWAY
            57P04      | 0     | AWAY
            53300      | 0     | AWAY
            58030      | 0     | AWAY
            S0001      | 824   | AWAY
            90067      | 90067 | AWAY
            90098      | 90098 | AWAY
            90121      | 90121 | AWAY
            HYT00      | 0     | HELD_UP
            HYT01      | 0     | AWAY
            40003      | 0     | AWAY
            42P01      | 0     | DENIED
            42501      | 0     | DENIED
            53100      | 0     | FULL
            S0001      | 1105  | FULL
            S0001      | 9002  | FULL
            25006      | 0     | READ_ONLY
            S0001      | 3906  | READ_ONLY
            90097      | 90097 | READ_ONLY
            S0001      | 208   | DENIED
            ''         | 0     | UNCLEAR
            """)
    void statesAndCodesDecide(String state, int code, Fault fault) {
        assertThat(Fault.of(new RuntimeException(new SQLException("said the driver", state, code)))).isEqualTo(fault);
    }

    @Test
    void theExceptionsTypeDecidesWhereTheStateSaysNothing() {
        assertThat(Fault.of(new SQLTransientConnectionException("pool exhausted"))).isEqualTo(Fault.AWAY);
        assertThat(Fault.of(new SQLTimeoutException("too slow"))).isEqualTo(Fault.HELD_UP);
        assertThat(Fault.of(new SQLRecoverableException("gone"))).isEqualTo(Fault.AWAY);
        assertThat(Fault.of(new SQLNonTransientConnectionException("no such host"))).isEqualTo(Fault.AWAY);
        assertThat(Fault.of(new SQLTransactionRollbackException("deadlock", "40001"))).isEqualTo(Fault.BUSY);
        assertThat(Fault.of(new SQLException("Read timed out", new java.net.SocketTimeoutException("Read timed out")))).isEqualTo(Fault.AWAY);
        assertThat(Fault.of(new SQLException("while reading", new java.net.SocketException("Connection reset")))).isEqualTo(Fault.AWAY);
        assertThat(Fault.of(new IllegalStateException("a driver's bug"))).isEqualTo(Fault.UNCLEAR);
        assertThat(Fault.of(new IllegalStateException(new java.io.IOException("No space left on device")))).isEqualTo(Fault.FULL);
    }
}
