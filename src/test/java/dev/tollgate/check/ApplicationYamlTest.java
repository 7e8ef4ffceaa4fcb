package dev.tollgate.check;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The application.yaml that ships. */
class ApplicationYamlTest {

    @Test
    void itShowsEveryKnobAndNothingThatNobodyReads() throws Exception {
        String text = Files.readString(Path.of("application.yaml"));

        assertThat(new ConfigurationCheck().check("application.yaml", text)).isEmpty();
    }
}
