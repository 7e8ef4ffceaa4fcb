package dev.tollgate.xai;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import dev.tollgate.ManualClock;
import dev.tollgate.disk.FileInUseException;
import dev.tollgate.quota.DailyQuota;
import dev.tollgate.verdict.VerdictCache;

import static org.assertj.core.api.Assertions.assertThat;

class XaiConfigurationTest {

    @TempDir
    Path data;

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(XaiProperties.class)
    static class Properties {
    }

    @Test
    void theBeansThatRoutesNameAreThereAndTheirFilesBelowTheDataDirectory() throws Exception {
        Files.writeString(data.resolve("xai_token_state.json"), "{\"last_reset_date\":\"2026-11-22\",\"calls_today\":7}");
        Files.writeString(data.resolve("xai_cache.json"), "{\"a | b | c | 1.00\": \"True\"}");
        runner().run(context -> {
            assertThat(context).hasBean("judge").hasBean("verdicts").hasBean("xaiQuota").hasBean("verdictCache").hasBean("learn");
            assertThat(context.getBean(JudgePolicy.class).status())
                    .isEqualTo(new XaiStatus(7, 1000, "2026-11-23T00:00:00Z", 1, 0, 0, 0, null));
            assertThat(context.getBean(DailyQuota.class).take().isGranted()).isTrue();
            assertThat(context.getBean(VerdictCache.class).view().entries()).isEqualTo(1);
        });
        assertThat(data.resolve("xai_cache.journal")).exists();
        assertThat(data.resolve("xai_token_state.json")).content().contains("\"calls_today\":8");
        runner().run(context -> assertThat(context).as("the files are free again").hasNotFailed());
    }

    @Test
    void aSecondGatewayOnTheSameFilesIsRefusedByName() {
        runner().run(first -> runner().run(second -> assertThat(second).getFailure().rootCause()
                .isInstanceOf(FileInUseException.class).hasMessageContaining("xai_token_state.json")));
    }

    @Test
    void aSchemaThatIsNotStrictKeepsTheGatewayFromStarting() throws Exception {
        Files.createDirectories(data.resolve("xai"));
        Files.writeString(data.resolve("xai/verdict-schema.json"), "{\"type\":\"object\"}");
        runner().withPropertyValues("tollgate.routes-dir=" + data).run(context -> assertThat(context).getFailure().rootCause()
                .hasMessageContaining("The verdict schema must describe an object with one property of type boolean"));
    }

    private ApplicationContextRunner runner() {
        return new ApplicationContextRunner()
                .withUserConfiguration(Properties.class, XaiConfiguration.class)
                .withBean(Clock.class, () -> new ManualClock("2026-11-22T10:00:00Z"))
                .withPropertyValues("tollgate.data-dir=" + data);
    }
}
