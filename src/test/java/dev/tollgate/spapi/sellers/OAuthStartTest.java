package dev.tollgate.spapi.sellers;

import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.apache.camel.CamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.context.ConfigurableApplicationContext;

import dev.tollgate.ManualClock;
import dev.tollgate.TollgateApplication;
import dev.tollgate.gateway.StatusBoard;
import dev.tollgate.spapi.OperationRates;
import dev.tollgate.spapi.SellerTokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The parts as the application puts them together. */
class OAuthStartTest {

    @Test
    void everyBeanThatRoutesCallIsThereAndSellersOutliveARestart(@TempDir Path folder) {
        try (ConfigurableApplicationContext context = start(folder)) {
            assertThat(context.getBean("consent")).isInstanceOf(Consent.class);
            assertThat(context.getBean("operationRates")).isInstanceOf(OperationRates.class);
            assertThat(context.getBean("sellerTokens")).isInstanceOf(SellerTokens.class);
            assertThat(context.getBean("gatewayTokens")).isInstanceOf(GatewayTokens.class);
            SpApiProperties properties = context.getBean(SpApiProperties.class);
            assertThat(properties.missingForConsent()).isEqualTo(List.of("LWA_CLIENT_ID", "LWA_CLIENT_SECRET", "SPAPI_APPLICATION_ID"));
            assertThat(properties.secretRotatedAt()).isNull();
            assertThat(context.getEnvironment().getProperty("tollgate.table.seller-grants")).isEqualTo("SellerGrants");
            context.getBean(Sellers.class).importGrant("A1SELLER", List.of("ATVPDKIKX0DER"), "Atzr|imported");
        }
        try (ConfigurableApplicationContext context = start(folder, "--LWA_CLIENT_ID=id", "--LWA_CLIENT_SECRET=amzn1.oa2-cs.v1.x",
                "--SPAPI_APPLICATION_ID=app", "--tollgate.sp-api.secret-rotated-at=2026-01-31")) {
            assertThat(context.getBean("sellers", Sellers.class).list()).singleElement()
                    .satisfies(seller -> assertThat(seller).containsEntry("sellerId", "A1SELLER").containsEntry("state", "connected"));
            assertThat(context.getBean(StatusBoard.class).snapshot(new DefaultExchange(context.getBean(CamelContext.class))))
                    .extractingByKey("spApi").asString().contains("A1SELLER", "secretDaysLeft");
            assertThat(context.getBean(SpApiProperties.class).missingForConsent()).isEmpty();
            assertThat(context.getBean(SpApiProperties.class).toString()).doesNotContain("amzn1.oa2");
        }
    }

    private static ConfigurableApplicationContext start(Path folder, String... more) {
        return new SpringApplicationBuilder(TollgateApplication.class)
                .run(Stream.concat(Stream.of("--tollgate.data-dir=" + folder,
                        "--server.port=0"), Arrays.stream(more)).toArray(String[]::new));
    }

    @Test
    void withoutSettingsTheDefaultsAreAmazons() {
        SpApiProperties properties = bind(Map.of("tollgate.sp-api.refresh-ahead", "10m"));

        assertThat(properties.lwaUrl()).hasToString("https://api.amazon.com/auth/o2/token");
        assertThat(properties.applicationRate()).isEqualTo(100);
        assertThat(properties.nightly().file()).isEmpty();
        assertThat(properties.rates()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"refresh-ahead, -1s", "token-timeout, 0s", "max-wait, 2h", "application-rate, 0", "gateway-token-life, 59s", "marketplace, Mars",
            "rates.getOrders.burst, 0"})
    void aValueOutOfBoundsIsNamedByItsKey(String key, String value) {
        assertThatThrownBy(() -> bind(Map.of("tollgate.sp-api." + key, value))).isInstanceOf(BindException.class)
                .hasRootCauseMessage("tollgate.sp-api." + rootMessage(key));
    }

    private static String rootMessage(String key) {
        return Map.of("refresh-ahead", "refresh-ahead must not be negative", "token-timeout", "token-timeout must be positive",
                "max-wait", "max-wait must be 0s to 1h", "application-rate", "application-rate must be at least 1",
                "gateway-token-life", "gateway-token-life must be 1m to 1h", "marketplace", "marketplace is none that Amazon has",
                "rates.getOrders.burst", "rates: calls and burst must be at least 1").get(key);
    }

    private static SpApiProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings)).bind("tollgate.sp-api", SpApiProperties.class).get();
    }

    @ParameterizedTest
    @CsvSource({"2026-03-01, 180, false", "2025-10-02, 30, true", "2025-09-02, 0, true", "2025-09-01, -1, true"})
    void theClientSecretsDaysAreCounted(LocalDate rotated, long left, boolean dueSoon) {
        Clock clock = new ManualClock();

        assertThat(new SecretRotation(rotated, clock).daysLeft()).hasValue(left);
        assertThat(new SecretRotation(rotated, clock).dueSoon()).isEqualTo(dueSoon);
        assertThat(new SecretRotation(null, clock).dueSoon()).isFalse();
    }
}
