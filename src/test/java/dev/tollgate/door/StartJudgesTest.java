package dev.tollgate.door;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.unit.DataSize;

import dev.tollgate.gateway.DoorProperties;
import dev.tollgate.settings.SettingException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** A start refuses what an edit would be refused for, in the same words. */
class StartJudgesTest {

    private final Path folder;
    private final DoorProperties properties;
    private final RouteFiles files;

    StartJudgesTest(@TempDir Path folder) {
        this.folder = folder;
        this.properties = new DoorProperties(folder.toString(), DataSize.ofKilobytes(1), Duration.ZERO);
        this.files = new RouteFiles(properties, new StandardEnvironment());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            - route: [not yaml                                                     | This is not YAML
            - route: {id: a, from: {uri: 'timer:x', steps: [{to: 'direct:nowhere'}]}} | No route consumes direct:nowhere
            - route: {id: a, from: {uri: 'platform-http:a', steps: [{stop: {}}]}}  | can become an open proxy
            - route: {id: a, from: {uri: 'kafka:a', steps: [{stop: {}}]}}          | put org.apache.camel:camel-kafka
            """)
    void inTheSameWords(String yaml, String why) throws IOException {
        Files.writeString(folder.resolve("a.yaml"), yaml);
        Generations generations = generations();

        SettingException refused = catchThrowableOfType(SettingException.class, generations::start);
        generations.renew(files.read());

        assertThat(refused.problem()).contains(folder.resolve("a.yaml") + ":1: ").contains(why);
        assertThat(generations.rejection().findings()).allSatisfy(finding -> assertThat(refused.problem()).contains(finding.toString()));
    }

    @Test
    void whatDoesNotStartByItselfIsNamedToo() throws IOException {
        Path missing = folder.resolve("missing");
        Files.writeString(folder.resolve("a.yaml"), """
                - route: {id: a, from: {uri: 'file:%s?autoCreate=false&startingDirectoryMustExist=true', steps: [{stop: {}}]}}
                """.formatted(missing));
        Generations generations = generations();
        generations.start();
        try {
            SettingException refused = catchThrowableOfType(SettingException.class, generations::begin);

            assertThat(refused.problem()).contains(folder.resolve("a.yaml") + ":1: The route a cannot").contains(missing.toString());
        }
        finally {
            generations.stop();
        }
    }

    private Generations generations() {
        StaticApplicationContext beans = new StaticApplicationContext();
        beans.refresh();
        return new Generations(files, GenerationTest.factory(properties, beans), properties, new StandardEnvironment(), Clock.systemUTC());
    }
}
