package dev.tollgate.spapi.sellers;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;

import org.springframework.jdbc.core.simple.JdbcClient;

import dev.tollgate.ManualClock;
import dev.tollgate.database.Tables;
import dev.tollgate.database.TestDatabases;
import dev.tollgate.oauth.AccessToken;
import dev.tollgate.oauth.TokenEndpoint;
import dev.tollgate.oauth.TokenResult;
import dev.tollgate.sandbox.SpApiSimulator;
import dev.tollgate.secret.MasterKeys;

/** Everything that keeps sellers connected, put together as the application does it, on a clock that moves when told. */
final class Rig {

    static final String MASTER_KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    static final String SELLER = "A1SELLER";
    static final String REFRESH = "Atzr|sandbox.A1SELLER.first";

    final ManualClock clock = new ManualClock();
    final Amazon amazon = new Amazon(clock);
    final DataSource database;
    final GrantStore store;
    final GrantBook book;
    final ApplicationAlarm alarm = new ApplicationAlarm(clock);
    final LwaClient lwa;
    final AccessTokens tokens;
    final Sellers sellers;
    final Consent consent;

    Rig() {
        this(TestDatabases.h2());
    }

    Rig(DataSource database) {
        this(database, null, Runnable::run);
    }

    /** @param endpoint null: the simulated Amazon, whose clock is this one */
    Rig(DataSource database, TokenEndpoint endpoint, Executor executor) {
        this.database = database;
        this.store = store(database);
        this.book = new GrantBook(store, clock, Runnable::run);
        this.lwa = new LwaClient(endpoint == null ? amazon : endpoint, SpApiSimulator.CLIENT_ID, SpApiSimulator.CLIENT_SECRET, clock);
        Renewal renewal = new Renewal(lwa, TokenShelf.NONE, store, book, alarm, clock, new Random(1), Duration.ofMinutes(10),
                Duration.ofSeconds(8), this::pause);
        this.tokens = new AccessTokens(renewal, book, clock, executor, Duration.ofSeconds(30));
        this.sellers = new Sellers(store, book, tokens, clock);
        this.consent = new Consent(properties(Amazon.CALLBACK), new ConsentStates(clock), lwa, store, tokens, clock);
    }

    private CompletionStage<Void> pause(Duration wait) {
        clock.advance(wait);
        return CompletableFuture.completedStage(null);
    }

    static GrantStore store(DataSource database) {
        MasterKeys keys = MasterKeys.open(MASTER_KEY, Path.of("target"));
        return new GrantStore(JdbcClient.create(database), new Tables("", ""), keys.cipherFor(GrantStore.PURPOSE));
    }

    static SpApiProperties properties(String redirectUri) {
        return new SpApiProperties(URI.create("https://sellingpartnerapi-na.amazon.com"),
                URI.create("https://api.amazon.com/auth/o2/token"),
                URI.create("https://sellercentral.amazon.com/apps/authorize/consent"), redirectUri, SpApiSimulator.CLIENT_ID,
                SpApiSimulator.CLIENT_SECRET, "amzn1.sp.solution.test", "US", Duration.ofMinutes(10), "0/30 * * * * ?", null,
                Duration.ofSeconds(5), Duration.ofSeconds(8), Duration.ofSeconds(100), 100, Duration.ofSeconds(30), "Test/1", Duration.ofMinutes(15),
                Map.of(), new SpApiProperties.Nightly("", "", List.of(), "", ""));
    }

    Rig connect() {
        return connect(SELLER, REFRESH);
    }

    Rig connect(String seller, String refreshToken) {
        sellers.importGrant(seller, List.of("ATVPDKIKX0DER"), refreshToken);
        return this;
    }

    AccessToken fresh(String seller) {
        return ((TokenResult.Fresh) tokens.forSeller(seller)).token();
    }
}
