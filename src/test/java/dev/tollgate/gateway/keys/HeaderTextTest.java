package dev.tollgate.gateway.keys;

import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HeaderTextTest {

    /** As the firewall has them. */
    private static final Pattern NAME = Pattern.compile("[\\p{IsAssigned}&&[^\\p{IsControl}]]*");
    private static final Pattern VALUE = Pattern.compile("[\\p{IsAssigned}&&[[^\\p{IsControl}]||\\t]]*");

    @Test
    void everyCharacterPassesThatTheFirewallLetsPass() {
        assertThat(IntStream.rangeClosed(0, Character.MAX_CODE_POINT).mapToObj(c -> "a" + Character.toString(c) + "b"))
                .allMatch(text -> HeaderText.isName(text) == NAME.matcher(text).matches(), "as in the name of a header")
                .hasSize(Character.MAX_CODE_POINT + 1);
        assertThat(IntStream.rangeClosed(0, Character.MAX_CODE_POINT).mapToObj(c -> "a" + Character.toString(c) + "b"))
                .allMatch(text -> HeaderText.isValue(text) == VALUE.matcher(text).matches(), "as in the value of a header");
    }

    @Test
    void halvesOfCharactersAndNothingAreAsBefore() {
        assertThat(new String[] {"", "\ud800", "a\udc00", "\ud83d\ude00"})
                .allMatch(text -> HeaderText.isName(text) == NAME.matcher(text).matches())
                .allMatch(text -> HeaderText.isValue(text) == VALUE.matcher(text).matches());
    }
}
