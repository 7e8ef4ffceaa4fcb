package dev.tollgate.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import static org.assertj.core.api.Assertions.assertThat;

/** The files to copy: each is right as it stands and fits on a page, and together they show every kamelet of the kit. */
class SamplesTest {

    static List<Path> samples() throws IOException {
        return files(Path.of("samples"), ".camel.yaml");
    }

    static List<Path> kamelets() throws IOException {
        return files(Path.of("routes/shared/kit"), ".kamelet.yaml");
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void isRightAndFitsOnAPage(Path sample) throws IOException {
        List<RouteFile> all = Stream.concat(RouteFile.below(Path.of("routes")).stream(),
                Stream.of(new RouteFile(sample.getFileName().toString(), Files.readString(sample)))).toList();
        assertThat(new RouteCheck(new KnownSettings(Path.of("application.yaml"))).check(all))
                .filteredOn(finding -> finding.file().equals(sample.getFileName().toString())).isEmpty();
        assertThat(Files.readAllLines(sample)).hasSizeLessThanOrEqualTo(55);
    }

    @ParameterizedTest
    @MethodSource("kamelets")
    void everyKameletIsShownAndEachOfItsPropertiesIsDescribed(Path kamelet) throws IOException {
        String name = kamelet.getFileName().toString().replace(".kamelet.yaml", "");
        StringBuilder shown = new StringBuilder();
        for (Path sample : samples()) {
            shown.append(Files.readString(sample));
        }
        assertThat(shown.toString()).contains("name: " + name);

        Map<?, ?> file = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(kamelet));
        Map<?, ?> properties = (Map<?, ?>) ((Map<?, ?>) ((Map<?, ?>) file.get("spec")).get("definition")).get("properties");
        properties.forEach((property, described) -> assertThat(((Map<?, ?>) described).keySet().stream().map(Object::toString).toList())
                .as("%s of %s", property, name).contains("title", "description", "type", "example"));
    }

    @Test
    void noSampleHoldsASecret() throws IOException {
        for (Path sample : samples()) {
            assertThat(Files.readString(sample)).doesNotContain("sk-", "ghp_", "shpat_");
        }
    }
}
