package dev.tollgate.database;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.settings.SettingException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TablesTest {

    @Test
    void namesCarryTheSchemaOfTheirKind() {
        Tables tables = new Tables("docUpload", "logs");

        assertThat(tables.tokenMaster()).isEqualTo("docUpload.TokenMaster");
        assertThat(tables.usageLogs()).isEqualTo("docUpload.TokenUsageLogs");
        assertThat(tables.usageSummary()).isEqualTo("docUpload.TokenUsageSummary");
        assertThat(tables.applicationLogs()).isEqualTo("logs.ApplicationLogs");
        assertThat(tables.retryAttempts()).isEqualTo("logs.RetryAttempts");
    }

    @Test
    void withoutSchemaNamesAreBare() {
        assertThat(new Tables(null, " ").tokenMaster()).isEqualTo("TokenMaster");
        assertThat(new Tables(null, " ").applicationLogs()).isEqualTo("ApplicationLogs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"doc-upload", "1st", "a.b", "a; DROP TABLE TokenMaster", "[dbo]", "schéma"})
    void aNameThatIsNoNameIsRefusedWithItsKeyAndTheRemedy(String name) {
        assertThatThrownBy(() -> new Tables("", name)).isInstanceOfSatisfying(SettingException.class, e -> {
            assertThat(e).hasMessageContaining("tollgate.log-schema").hasMessageContaining(name);
            assertThat(e.remedy()).contains("letters, digits and underscores");
        });
    }
}
