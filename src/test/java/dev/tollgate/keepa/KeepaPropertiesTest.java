package dev.tollgate.keepa;

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

import dev.tollgate.kit.Buckets;

import static org.assertj.core.api.Assertions.assertThat;

class KeepaPropertiesTest {

    @TempDir
    Path data;

    @Test
    void withoutASettingTheDefaultsOfTheContractHold() {
        runner().run(context -> {
            KeepaProperties keepa = context.getBean(KeepaProperties.class);
            assertThat(keepa.baseUrl()).hasToString("https://api.keepa.com");
            assertThat(keepa.bucket().plan().refillRate()).isEqualTo(5);
            assertThat(keepa.bucket().plan().capacity()).isEqualTo(300_000);
            assertThat(keepa.bucket().maxDeficit()).isZero();
            assertThat(keepa.bucket().maxWait()).isEqualTo(Duration.ofSeconds(100));
        });
    }

    @Test
    void theBucketIsThereBeforeItsRouteAndStartsFull() {
        runner().withPropertyValues("tollgate.keepa.refill-rate=20", "tollgate.keepa.capacity=700").run(context -> {
            assertThat(context.getBean(KeepaBalance.class).status().balance()).isEqualTo(700);
        });
    }

    @Test
    void theBalanceIsBackAfterARestart() {
        runner().run(context -> {
            context.getBean(KeepaBalance.class).heard(new Envelope(1, -231, 60_000, 5, 0, 0, 0, null), Instant.now());
        });
        runner().run(context -> assertThat(context.getBean(KeepaBalance.class).state().balance()).isEqualTo(-231_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"refill-rate=0", "capacity=-1", "max-deficit=-1", "max-wait=-1s", "tick=0s", "max-waiting=-1"})
    void aSettingOutOfItsBoundsIsNamed(String setting) {
        runner().withPropertyValues("tollgate.keepa." + setting).run(context ->
                assertThat(context).hasFailed().getFailure().rootCause()
                        .hasMessageContaining("tollgate.keepa." + setting.split("=")[0] + " must be"));
    }

    private ApplicationContextRunner runner() {
        return new ApplicationContextRunner().withUserConfiguration(Settings.class, KeepaConfiguration.class, Buckets.class)
                .withBean(Clock.class, Clock::systemUTC).withPropertyValues("tollgate.data-dir=" + data);
    }

    @EnableConfigurationProperties(KeepaProperties.class)
    static class Settings {
    }
}
