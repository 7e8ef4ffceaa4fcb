package dev.tollgate;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class HelpTest {

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h"})
    void helpIsShortAndStartsNothing(String asked, CapturedOutput said) {
        TollgateApplication.main(new String[] {"--spring.profiles.active=sandbox", asked});

        assertThat(said.getOut()).startsWith("Tollgate, a gateway").contains("--tollgate.routes-dir", "TOLLGATE_ADMIN_KEY", "ext/");
        assertThat(said.getOut().lines()).hasSizeLessThanOrEqualTo(20).allMatch(line -> line.length() <= 130);
        assertThat(said.getErr()).isEmpty();
    }
}
