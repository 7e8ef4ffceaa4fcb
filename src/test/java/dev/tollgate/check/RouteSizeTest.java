package dev.tollgate.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import static org.assertj.core.api.Assertions.assertThat;

/** How much of the built-in APIs is Java behind a route, and how long their routes are. The numbers only ever fall. */
class RouteSizeTest {

    /** Beans: steps and expressions that call one. Lines: of the longest route, without its comment. */
    @ParameterizedTest(name = "{0}: {1} beans, {2} lines")
    @CsvSource({"keepa,10,40", "xai,12,39", "sp-api,15,31", "gemini,15,40"})
    void aRouteReadsAsASentence(String api, int beans, int lines) throws IOException {
        int called = 0;
        for (String file : files(api)) {
            for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(file)) {
                called += beans(document);
            }
            Arrays.stream(file.replaceAll("(?m)^#.*\n", "").split("(?m)^(?=- )")).filter(part -> part.startsWith("- route:"))
                    .forEach(route -> assertThat(route.strip().lines()).as(route.lines().skip(1).findFirst().orElse("")).hasSizeLessThanOrEqualTo(lines));
        }
        assertThat(called).isPositive().isLessThanOrEqualTo(beans);
    }

    private static List<String> files(String api) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("routes", api))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).map(RouteSizeTest::text).toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int beans(Object node) {
        if (node instanceof Map<?, ?> map) {
            return map.entrySet().stream().mapToInt(each -> beans(each.getValue())
                    + (List.of("bean", "method").contains(each.getKey()) && each.getValue() instanceof Map ? 1 : 0)).sum();
        }
        return node instanceof Collection<?> all ? all.stream().mapToInt(RouteSizeTest::beans).sum() : 0;
    }
}
