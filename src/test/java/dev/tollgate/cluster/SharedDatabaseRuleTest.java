package dev.tollgate.cluster;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import dev.tollgate.TollgateApplication;
import dev.tollgate.settings.SettingException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SharedDatabaseRuleTest {

    private static final String REDIS = "redis://:s3cr3t@redis.example.internal:6379";

    @Test
    void aGatewayThatIsToShareItsLimitsDoesNotStartAndTouchesNothing(@TempDir Path folder) {
        assertThatThrownBy(() -> new SpringApplicationBuilder(TollgateApplication.class)
                .run("--server.port=0", "--tollgate.data-dir=" + folder, "--" + SharedDatabaseRule.REDIS + "=" + REDIS))
                .isInstanceOfSatisfying(SettingException.class, refusal -> {
                    assertThat(refusal.problem()).startsWith("tollgate.cluster.redis-url is set");
                    assertThat(refusal.remedy()).isEqualTo("Run one node and remove tollgate.cluster.redis-url.");
                }).hasMessageNotContainingAny("s3cr3t", "redis.example");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theVariableOfTheEnvironmentCountsAndAnEmptyOneDoesNot() {
        assertThatThrownBy(() -> start(REDIS)).isInstanceOf(SettingException.class);
        assertThatCode(() -> start(" ")).doesNotThrowAnyException();
    }

    private static void start(String redisUrl) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        Map.of("TOLLGATE_CLUSTER_REDIS_URL", redisUrl)));
        SharedDatabaseRule check = new SharedDatabaseRule();
        check.setEnvironment(environment);
        check.postProcessBeanFactory(new DefaultListableBeanFactory());
    }
}
