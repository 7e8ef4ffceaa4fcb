package dev.tollgate.door;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import dev.tollgate.gateway.DoorProperties;

import static org.assertj.core.api.Assertions.assertThat;

/** Which folder is meant by {@code tollgate.routes-dir}. */
class RoutesDirTest {

    @Configuration
    @EnableConfigurationProperties(DoorProperties.class)
    @Import(RouteFiles.class)
    static class Door {
    }

    /** As with {@code mvn spring-boot:run}, whose class path has a copy of the routes that nobody edits. */
    @Test
    void theFolderInTheWorkingFolderIsMeantAlsoWhereTheClassPathHasOneOfItsName() {
        assertThat(getClass().getResource("/routes")).isNotNull();
        assertThat(Path.of("routes")).matches(Files::isDirectory);

        new ApplicationContextRunner().withUserConfiguration(Door.class).run(context ->
                assertThat(context.getBean(RouteFiles.class).read().location()).isEqualTo("file:" + Path.of("routes").toAbsolutePath()));
    }
}
