package dev.tollgate.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

/** The application.yaml that ships. */
class ApplicationYamlTest {

    @Test
    void itShowsEveryKnobAndNothingThatNobodyReads() throws Exception {
        String text = Files.readString(Path.of("application.yaml"));

        assertThat(new ConfigurationCheck().check("application.yaml", text)).isEmpty();
    }
}
