package dev.tollgate.spapi.sellers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.cluster.Cluster;
import dev.tollgate.cluster.Nodes;
import dev.tollgate.oauth.AccessToken;
import dev.tollgate.secret.MasterKeys;

import static org.assertj.core.api.Assertions.assertThat;

/** What one node lays down on a real database and another one takes, each by a clock of its own. */
@Timeout(60)
class SharedTokensTest {

    private static final TokenKey KEY = TokenKey.of("amzn1.application", "Atzr|of-a-seller");
    private static final Duration SLOW = Duration.ofMillis(300);

    @TempDir
    Path folder;

    private Nodes nodes;

    @BeforeEach
    void open() {
        nodes = new Nodes(folder);
    }

    @AfterEach
    void close() throws IOException {
        nodes.close();
    }

    @Test
    void aTokenThatAnotherNodeTakesEndsNoLaterHoweverSlowTheDatabaseIsForEither() {
        Clock ahead = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(3));
        TokenShelf first = node("first", Clock.systemUTC());
        TokenShelf second = node("second", ahead);
        assertThat(first.claim(KEY)).isInstanceOf(TokenShelf.Word.Ask.class);
        assertThat(second.claim(KEY)).isInstanceOf(TokenShelf.Word.Wait.class);
        Instant issued = Instant.now();
        AccessToken laid = new AccessToken("Atza|of-the-first", issued, issued.plusSeconds(6));

        first.lay(KEY, laid, laid.expiresAt());
        TokenShelf.Word.Take taken = (TokenShelf.Word.Take) second.claim(KEY);

        assertThat(taken.token().value()).isEqualTo(laid.value());
        Instant end = taken.token().expiresAt().minusSeconds(3); // of the clock that is ahead
        assertThat(end).isBeforeOrEqualTo(laid.expiresAt());
        assertThat(taken.renewAt().minusSeconds(3)).isBeforeOrEqualTo(laid.expiresAt());
    }

    private TokenShelf node(String name, Clock clock) {
        Nodes.Way way = nodes.way();
        Cluster cluster = nodes.start(name, way);
        way.takes(SLOW);
        return new SharedTokens(cluster, MasterKeys.open(Rig.MASTER_KEY, folder).cipherFor(SharedTokens.PURPOSE), clock, Duration.ofSeconds(7));
    }
}
