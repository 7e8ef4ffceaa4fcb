package dev.tollgate.keepa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.budget.BucketState;
import dev.tollgate.store.StateStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class KeepaPropertiesTest {

    @TempDir
    Path data;

    @Test
    void withoutASettingTheDefaultsOfTheContractHold() {
        runner().run(context -> {
            KeepaProperties keepa = context.getBean(KeepaProperties.class);
            assertThat(keepa.baseUrl()).hasToString("https://api.keepa.com");
            assertThat(keepa.plan().refillRate()).isEqualTo(5);
            assertThat(keepa.plan().capacity()).isEqualTo(300_000);
            assertThat(keepa.terms().maxDeficit()).isZero();
            assertThat(keepa.terms().patience()).isEqualTo(Duration.ofSeconds(100));
        });
    }

    @Test
    void theBeansOfTheRoutesAreThereAndStartWithAFullBucket() {
        runner().withPropertyValues("tollgate.keepa.refill-rate=20", "tollgate.keepa.capacity=700").run(context -> {
            assertThat(context).hasBean("keepaSteps");
            assertThat(context.getBean(KeepaToll.class).status().balance()).isEqualTo(700);
        });
    }

    @Test
    void theBalanceIsBackAfterARestart() {
        runner().run(context -> {
            KeepaToll toll = context.getBean(KeepaToll.class);
            toll.heard(new Envelope(1, -231, 60_000, 5, 0, 0, 0, null), Instant.now());
        });
        runner().run(context -> assertThat(context.getBean(StateStore.class).get("keepa"))
                .isInstanceOfSatisfying(BucketState.class, s -> assertThat(s.balance()).isEqualTo(-231_000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"refill-rate=0", "capacity=-1", "max-deficit=-1", "max-wait=-1s", "tick=0s", "max-waiting=-1"})
    void aSettingOutOfItsBoundsIsNamed(String setting) {
        runner().withPropertyValues("tollgate.keepa." + setting).run(context ->
                assertThat(context).hasFailed().getFailure().rootCause()
                        .hasMessageContaining("tollgate.keepa." + setting.split("=")[0] + " must be"));
    }

    private ApplicationContextRunner runner() {
        return new ApplicationContextRunner().withUserConfiguration(Settings.class, KeepaConfiguration.class)
                .withBean(Clock.class, Clock::systemUTC).withPropertyValues("tollgate.data-dir=" + data);
    }

    @EnableConfigurationProperties(KeepaProperties.class)
    static class Settings {
    }
}
