package dev.tollgate.check;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The project's own routes, those of the sandbox included. */
class RouteFilesTest {

    @Test
    void nothingIsWrongWithTheRoutesThatShip() {
        List<RouteFile> files = RouteFile.below(Path.of("routes"));

        assertThat(files).isNotEmpty();
        assertThat(new RouteCheck(new KnownSettings(Path.of("application.yaml"))).check(files)).isEmpty();
    }
}
