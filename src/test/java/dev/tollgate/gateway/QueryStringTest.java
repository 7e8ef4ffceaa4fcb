package dev.tollgate.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** One reading of a query for all: what pays, what is cut out and what a route sees are the same parameters. */
class QueryStringTest {

    static Stream<Arguments> spellings() {
        return Stream.of(
                arguments(null, ""),
                arguments("", ""),
                arguments("&", ""),
                arguments("=", ""),
                arguments("=x&&a=1&", "a:1"),
                arguments("a", "a:"),
                arguments("a=", "a:"),
                arguments("a=1=2", "a:1=2"),
                arguments("a=1&a=2", "a:1"),
                arguments("a&a=2", "a:"),
                arguments("A=1&a=2", "A:1|a:2"),
                arguments("k%65y=tg_1", "key:tg_1"),
                arguments("%6b%65%79=tg_1&key=tg_2", "key:tg_1"),
                arguments("key=tg%5F1", "key:tg_1"),
                arguments("a%3Db=1", "a=b:1"),
                arguments("a=1%262", "a:1&2"),
                arguments("a=1%26key=tg_1", "a:1&key=tg_1"),
                arguments("a+b=1+2", "a b:1 2"),
                arguments("a=1%2B2", "a:1+2"),
                arguments("a=100%", "a:100%"),
                arguments("a=%zz&key=tg_1", "a:%zz|key:tg_1"),
                arguments("k%6=1", "k%6:1"),
                arguments("k%65y%=1", "k%65y%:1"),
                arguments("a=%E0%A4%A8%E0%A5%87", "a:\u0928\u0947"),
                arguments("a=%FF", "a:\uFFFD"),
                arguments("a=1;key=tg_1", "a:1;key=tg_1"),
                arguments("a=%00", "a:\u0000"),
                arguments("?key=tg_1", "?key:tg_1"),
                arguments(" key=tg_1", " key:tg_1"),
                arguments("key[]=tg_1", "key[]:tg_1"),
                arguments("a=%252", "a:%2"));
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void aParameterIsReadAsItsServerWould(String query, String expected) {
        assertThat(QueryString.of(query).toMap().entrySet().stream().map(one -> one.getKey() + ":" + one.getValue()).toList())
                .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected.split("\\|")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"&", "a", "a=1&&b=%zz&", "k%65y=1&a+b", "=", "a=1;b=2&a=1"})
    void whatNobodyReplacesKeepsEveryByte(String query) {
        assertThat(QueryString.of(query).rewritten(QueryString.Parameter::raw)).isEqualTo(query);
    }

    @ParameterizedTest
    @ValueSource(strings = {"key=tg_1", "k%65y=tg_1", "a=1&key=tg_1", "key=&key=tg_1", "key&key=tg_1", "key=%20&%6bey=tg%5f1&key=tg_2"})
    void aKeyIsFoundHoweverItIsWrittenAndCutOutByTheSameReading(String query) {
        QueryString read = QueryString.of(query);

        assertThat(read.value("key")).contains("tg_1");
        assertThat(read.rewritten(one -> one.name().equals("key") ? one.withoutValue() : one.raw())).doesNotContain("tg_", "tg%5f");
    }

    @Test
    void aParameterWithoutAValueStays() {
        assertThat(QueryString.of("key&key=tg_1&a=1").rewritten(QueryString.Parameter::withoutValue)).isEqualTo("key&key=&a=");
    }

    @Test
    void nobodyElseTakesAQueryApart() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".java")).filter(QueryStringTest::splitsAtAmpersands)
                    .map(file -> file.getFileName().toString())).as("Endpoint reads addresses of Camel's endpoints, not requests")
                    .containsExactlyInAnyOrder("QueryString.java", "Endpoint.java");
        }
    }

    private static boolean splitsAtAmpersands(Path file) {
        try {
            String text = Files.readString(file);
            return text.contains("split(\"&") || text.contains("indexOf('&'") || text.contains("indexOf(\"&\"");
        }
        catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
