package dev.tollgate.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The table of the rules says what there is; {@code -Dtollgate.write-docs=true} writes it. */
class RuleTableTest {

    private static final Path PAGE = Path.of("docs/editing-routes.md");
    private static final String BEGIN = "<!-- rules -->\n";
    private static final String END = "<!-- end of rules -->";

    @Test
    void theTableNamesEveryRuleWithItsSeverity() throws IOException {
        String page = Files.readString(PAGE);
        String table = "| rule | severity | what it finds |\n|---|---|---|\n" + Stream.of(RuleId.values()).map(rule -> "| `%s` | %s | %s |\n".formatted(rule.label(),
                rule.severity().name().toLowerCase(Locale.ROOT), rule.about())).collect(Collectors.joining());
        String whole = page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + table + page.substring(page.indexOf(END));
        if (Boolean.getBoolean("tollgate.write-docs")) {
            Files.writeString(PAGE, whole);
        }

        assertThat(Files.readString(PAGE)).isEqualTo(whole);
    }
}
