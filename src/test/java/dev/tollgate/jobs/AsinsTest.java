package dev.tollgate.jobs;

import java.util.List;
import java.util.Locale;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AsinsTest {

    @Test
    void aListOfAsinsIsTheListThatWentIn() {
        Random random = new Random(1);
        List<String> asins = random.longs(5000, 0, 3_656_158_440_062_976L)
                .mapToObj(code -> String.format("%10s", Long.toString(code, 36)).replace(' ', '0').toUpperCase(Locale.ROOT)).distinct().toList();

        AsinList list = Asins.once(asins);

        assertThat(list).containsExactlyElementsOf(asins);
        for (int place = 0; place < asins.size(); place += 7) {
            assertThat(list.indexOf(asins.get(place))).isEqualTo(place);
        }
        assertThat(list.indexOf("B000000001")).isEqualTo(-1);
        assertThat(list.indexOf("no ASIN")).isEqualTo(-1);
    }
}
