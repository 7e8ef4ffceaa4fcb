package dev.tollgate.secret;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class SecretsTest {

    @ParameterizedTest
    @CsvSource({"AIzaSyExample1a2b, …1a2b", "short, …", "elevenchars, …", "'', …", ", …"})
    void onlyTheLastFourOfALongSecretAreShown(String secret, String shown) {
        assertThat(Secrets.lastFour(secret)).isEqualTo(shown);
    }
}
