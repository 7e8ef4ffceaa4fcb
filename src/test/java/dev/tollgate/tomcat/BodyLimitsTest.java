package dev.tollgate.tomcat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class BodyLimitsTest {

    private static final long GENERAL = 32 << 20;

    @ParameterizedTest
    @CsvSource({ "GET, /callback, 16384", "HEAD, /, 16384", "DELETE, /jobs/1, 16384", "OPTIONS, /extract, 16384", "BREW, /x, 16384",
            "GET, /auth/o2/token, 16384", "POST, /auth/o2/token, 8192", "PUT, /auth/o2/token, 8192", "POST, /judge, 65536",
            "POST, /learn, 1048576", "PATCH, /admin/tokens/1, 65536", "POST, /connect, 65536", "POST, /judges, 33554432",
            "POST, /keepa/query, 33554432", "POST, /own/api, 33554432", "PUT, /sp-api/feeds, 33554432" })
    void aBodyIsNoLargerThanItsPathHasAUseFor(String method, String path, long bytes) {
        assertThat(new BodyLimits(GENERAL).of(method, path).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({ "POST, /auth/o2/token", "POST, /keepa/query", "GET, /" })
    void noneIsLargerThanTheGeneralLimit(String method, String path) {
        assertThat(new BodyLimits(1000).of(method, path).bytes()).isEqualTo(1000);
    }
}
