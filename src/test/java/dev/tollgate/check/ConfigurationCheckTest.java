package dev.tollgate.check;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Each test spoils the application.yaml that ships in one place, and looks at what is found more than before. */
class ConfigurationCheckTest {

    private static final ConfigurationCheck CHECK = new ConfigurationCheck();
    private static String shipped;
    private static List<String> before;

    @BeforeAll
    static void read() throws Exception {
        shipped = Files.readString(Path.of("application.yaml"));
        before = CHECK.check("application.yaml", shipped).stream().map(Finding::text).toList();
    }

    @Test
    void aMisspelledSettingOfCamelIsFound() {
        String spoiled = shipped.replace("copy-headers:", "copy-heders:");

        assertThat(check(spoiled)).containsExactly(at(spoiled, "copy-heders:",
                "Nothing reads camel.component.http.copy-heders: correct the name, or "
                        + "declare it in additional-spring-configuration-metadata.json if a route does"));
    }

    @Test
    void aMisspelledSettingInALaterDocumentIsFound() {
        String spoiled = shipped.replace("on-profile:", "on-profil:");

        assertThat(check(spoiled)).containsExactly(at(spoiled, "on-profil:",
                "Nothing reads spring.config.activate.on-profil: correct the name, or "
                        + "declare it in additional-spring-configuration-metadata.json if a route does"));
    }

    @Test
    void aNamespaceThatNobodyReadsIsFound() {
        assertThat(check(shipped + "\nsever:\n  port: 1\n")).extracting(Finding::text)
                .singleElement().asString().startsWith("Nothing reads sever.port");
    }

    @Test
    void namesMayBeWrittenInCamelCaseAndMapsHaveKeysOfTheirOwn() {
        assertThat(check(shipped + """
                ---
                server.tomcat.maxConnections: 5
                logging.level:
                  dev.tollgate.door: debug
                spring.autoconfigure.exclude:
                  - some.Class
                """)).isEmpty();
    }

    @Test
    void aKnobThatTheFileDoesNotShowIsFound() {
        String line = "  max-body-size: 32MB\n";

        assertThat(shipped).contains(line);
        assertThat(check(shipped.replace(line, ""))).extracting(Finding::text).containsExactly(
                "The knob tollgate.max-body-size is not in this file: add it with its default and a comment");
    }

    @Test
    void aKnobThatOnlyARouteReadsIsExpectedAsWell() {
        assertThat(check(shipped.replace("replay-cron:", "replay-corn:"))).extracting(Finding::text)
                .anyMatch(text -> text.startsWith("Nothing reads tollgate.ledger.replay-corn"))
                .anyMatch(text -> text.startsWith("The knob tollgate.ledger.replay-cron is not in this file"));
    }

    @Test
    void aKnobWithoutACommentIsFound() {
        String comment = "  # The YAML routes; where the folder does not exist those inside the jar serve.\n";

        String spoiled = shipped.replace(comment, "");

        assertThat(check(spoiled)).containsExactly(
                at(spoiled, "  routes-dir:", "tollgate.routes-dir has no comment: write one line above it that says what it does"));
    }

    @Test
    void whatIsNoYamlIsFound() {
        assertThat(check("a: b\nc: [\n")).extracting(Finding::text).anyMatch(text -> text.startsWith("This is not YAML"));
    }

    private static List<Finding> check(String text) {
        return CHECK.check("application.yaml", text).stream().filter(finding -> !before.contains(finding.text())).toList();
    }

    /** A finding in the line that holds a part of the file. */
    private static Finding at(String file, String part, String text) {
        List<String> lines = file.lines().toList();
        int line = IntStream.range(0, lines.size()).filter(i -> lines.get(i).contains(part)).findFirst().orElseThrow();
        return new Finding("application.yaml", line + 1, null, text);
    }
}
