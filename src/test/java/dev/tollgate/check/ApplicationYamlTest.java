package dev.tollgate.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

/** The application.yaml that ships. */
class ApplicationYamlTest {

    @Test
    void itShowsEveryKnobAndNothingThatNobodyReads() throws Exception {
        assumeThat(Metadata.fromClassPath().below("tollgate.gemini")).as("the packages whose knobs it shows").isNotEmpty();
        String text = Files.readString(Path.of("application.yaml"));

        assertThat(new ConfigurationCheck().check("application.yaml", text)).isEmpty();
    }
}
