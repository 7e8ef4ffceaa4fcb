package dev.tollgate.check;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table of knobs is what the code declares. After a change write it anew with
 * {@code mvn test -Dtest=KnobTableTest -Dtollgate.write-docs=true}.
 */
class KnobTableTest {

    private static final Path PAGE = Path.of("docs/settings.md");

    @Test
    void thePageNamesEveryKnobWithItsDefaultAndMeaning() throws Exception {
        String rows = new KnobTable().rows();
        if (Boolean.getBoolean("tollgate.write-docs")) {
            Files.writeString(PAGE, KnobTable.replace(Files.readString(PAGE), rows));
        }

        assertThat(KnobTable.in(Files.readString(PAGE))).isEqualTo(rows);
    }

    @Test
    void everyKnobSaysWhatItDoes() {
        assertThat(Metadata.fromClassPath().below("tollgate").filter(knob -> !knob.derived()))
                .allSatisfy(knob -> assertThat(knob.description()).as(knob.name()).hasSizeGreaterThan(10));
    }

    @Test
    void javadocBecomesMarkdown() {
        assertThat(KnobTable.meaning("model for {@code /extract};\n shortly before, {@link Ledger#canBook()} turns false."))
                .isEqualTo("Model for `/extract`; shortly before, `Ledger#canBook()` turns false");
    }
}
