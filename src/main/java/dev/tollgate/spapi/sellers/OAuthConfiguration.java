package dev.tollgate.spapi.sellers;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;

import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

import dev.tollgate.cluster.Cluster;
import dev.tollgate.database.Tables;
import dev.tollgate.oauth.HttpTokenEndpoint;
import dev.tollgate.oauth.OAuthClients;
import dev.tollgate.oauth.TokenEndpoint;
import dev.tollgate.oauth.TokenThreads;
import dev.tollgate.secret.MasterKeys;
import dev.tollgate.upstream.UpstreamClients;

/** The beans, named as routes call them: consent, sellers, accessTokens, gatewayTokens. */
@Configuration(proxyBeanMethods = false)
class OAuthConfiguration {

    private static final Logger log = LoggerFactory.getLogger(OAuthConfiguration.class);

    @Bean
    @DependsOnDatabaseInitialization
    GrantStore grantStore(JdbcClient database, Tables tables, MasterKeys keys) {
        GrantStore store = new GrantStore(database, tables, keys.cipherFor(GrantStore.PURPOSE));
        if (keys.fromVariable()) {
            encryptAnew(store);
        }
        return store;
    }

    /** Without it older keys must stay at hand, and nothing else is lost. */
    private static void encryptAnew(GrantStore store) {
        try {
            int anew = store.encryptAnew();
            if (anew > 0) {
                log.info("Encrypted the refresh tokens of {} sellers anew", anew);
            }
        } catch (DataAccessException e) {
            log.warn("The refresh tokens of sellers were not encrypted anew", e);
        }
    }

    /** One for all token endpoints, so that one that is gone leaves nothing behind. */
    @Bean
    CloseableHttpClient tokenClient(UpstreamClients upstreams) {
        return upstreams.tokenClient();
    }

    @Bean
    @ConditionalOnMissingBean
    TokenEndpoint tokenEndpoint(HttpClient tokenClient, SpApiProperties properties) {
        return new HttpTokenEndpoint(tokenClient, properties.lwaUrl(), properties.tokenTimeout(), properties.userAgent());
    }

    @Bean
    LwaClient lwaClient(TokenEndpoint endpoint, SpApiProperties properties, Clock clock) {
        return new LwaClient(endpoint, properties.clientId(), properties.clientSecret(), clock);
    }

    @Bean
    ApplicationAlarm applicationAlarm(Clock clock) {
        return new ApplicationAlarm(clock);
    }

    @Bean
    SecretRotation secretRotation(SpApiProperties properties, Clock clock) {
        SecretRotation rotation = new SecretRotation(properties.secretRotatedAt(), clock);
        if (rotation.dueSoon()) {
            log.warn("The client secret of the SP-API application ends in {} days; make a new one in Amazon's Developer Central,"
                    + " set LWA_CLIENT_SECRET and tollgate.sp-api.secret-rotated-at", rotation.daysLeft().getAsLong());
        }
        return rotation;
    }

    @Bean
    TokenThreads tokenThreads() {
        return new TokenThreads();
    }

    @Bean
    GrantBook grantBook(GrantStore store, Clock clock, TokenThreads threads) {
        return new GrantBook(store, clock, threads.reads());
    }

    /** A claim outlasts its request a little, and is over before its callers' patience is. */
    @Bean
    TokenShelf tokenShelf(ObjectProvider<Cluster> cluster, MasterKeys keys, Clock clock, SpApiProperties properties) {
        Cluster nodes = cluster.getIfAvailable();
        return nodes == null ? TokenShelf.NONE
                : new SharedTokens(nodes, keys.cipherFor(SharedTokens.PURPOSE), clock, properties.tokenTimeout().plusSeconds(2));
    }

    @Bean
    AccessTokens accessTokens(LwaClient lwa, GrantStore store, GrantBook book, ApplicationAlarm alarm, Clock clock,
            SpApiProperties properties, TokenThreads threads, TokenShelf shelf) {
        Renewal renewal = new Renewal(lwa, shelf, store, book, alarm, clock, new SecureRandom(), properties.refreshAhead(),
                properties.tokenPatience(), threads::pause);
        Duration longest = properties.tokenPatience().plus(properties.tokenTimeout().multipliedBy(2));
        return new AccessTokens(renewal, book, clock, threads.requests(), longest);
    }

    @Bean
    Sellers sellers(GrantStore store, GrantBook book, AccessTokens tokens, Clock clock) {
        return new Sellers(store, book, tokens, clock);
    }

    @Bean
    Consent consent(SpApiProperties properties, LwaClient lwa, GrantStore store, AccessTokens tokens, Clock clock, ObjectProvider<Cluster> cluster) {
        Cluster nodes = cluster.getIfAvailable();
        ConsentStates states = new ConsentStates(clock, nodes == null ? null : new SharedConsents(nodes));
        return new Consent(properties, states, lwa, store, tokens, clock);
    }

    @Bean
    GrantlessTokens grantlessTokens(OAuthClients clients, SpApiProperties properties) {
        return new GrantlessTokens(clients, properties);
    }

    @Bean
    GatewayTokens gatewayTokens(MasterKeys keys, SpApiProperties properties, Clock clock) {
        return new GatewayTokens(keys.cipherFor(GatewayTokens.PURPOSE), properties.gatewayTokenLife(), clock);
    }

    @Bean
    SpApiStatus spApiStatus(Sellers sellers, AccessTokens tokens, ApplicationAlarm alarm, SecretRotation rotation,
            SpApiProperties properties) {
        return new SpApiStatus(sellers, tokens, alarm, rotation, properties.missingForConsent());
    }
}
