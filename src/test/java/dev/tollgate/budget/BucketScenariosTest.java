package dev.tollgate.budget;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** The specification of the bucket: every line of bucket-scenarios.txt holds. */
class BucketScenariosTest {

    @TestFactory
    Stream<DynamicTest> theBucketDoesWhatTheTableSays() throws IOException {
        List<String> rows = rows("bucket-scenarios.txt");
        assertThat(rows).hasSizeGreaterThan(150);
        return rows.stream().map(row -> row.split("\\|")).map(parts -> DynamicTest.dynamicTest(parts[0].trim(),
                () -> new Scenario(parts[1]).run(parts[2]).ends(parts[3])));
    }

    static List<String> rows(String resource) throws IOException {
        try (InputStream in = BucketScenariosTest.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
        }
    }
}
