package dev.tollgate.gateway;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RememberedNamesTest {

    private final List<String> asked = new ArrayList<>();
    private final RememberedNames names = new RememberedNames(name -> {
        asked.add(name);
        return name.startsWith("X-");
    });

    @Test
    void theRuleIsAskedOnceForAName() {
        assertThat(List.of(names.test("X-A"), names.test("Accept"), names.test("X-A"), names.test("Accept"))).containsExactly(true, false, true, false);
        assertThat(asked).containsExactly("X-A", "Accept");
    }

    @Test
    void aThousandNamesAreRememberedAndNoLongOnes() {
        for (int n = 0; n < 2_000; n++) {
            names.test("X-" + n);
        }
        asked.clear();
        for (int n = 0; n < 2_000; n++) {
            assertThat(names.test("X-" + n)).isTrue();
        }
        assertThat(asked).hasSize(1_000);

        asked.clear();
        names.test("Y".repeat(101));
        names.test("Y".repeat(101));
        assertThat(asked).hasSize(2);
    }
}
