package dev.tollgate.settings;

import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

import static org.assertj.core.api.Assertions.assertThat;

class SettingFailureAnalyzerTest {

    @Test
    void aStartThatIsRefusedEndsInTheProblemAndTheRemedy() {
        SettingException refusal = new SettingException("server.address is open to others.", "Set TOLLGATE_ADMIN_KEY.");
        FailureAnalyzer registered = SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class, FailureHandler.handleMessage((message, needsMoreThanThisTest) -> { })).stream()
                .filter(SettingFailureAnalyzer.class::isInstance).findFirst().orElseThrow();

        FailureAnalysis analysis = registered.analyze(new IllegalStateException("a bean cannot be made", refusal));

        assertThat(analysis.getDescription()).isEqualTo("server.address is open to others.");
        assertThat(analysis.getAction()).isEqualTo("Set TOLLGATE_ADMIN_KEY.");
    }
}
