package dev.tollgate.gateway;

import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;

import static org.assertj.core.api.Assertions.assertThat;

class RequestIdsTest {

    static Stream<String> sane() {
        return Stream.of("a", "7", "read-1", "2026.01.02", "svc:42", "a_b", "A-9:z.Z_", "a".repeat(100),
                UUID.randomUUID().toString());
    }

    @ParameterizedTest
    @MethodSource("sane")
    void aSaneIdIsKept(String id) {
        assertThat(RequestIds.idOf(id)).isEqualTo(id);
    }

    static Stream<String> insane() {
        return Stream.of("", " ", "-a", ".", "_a", ":a", "a b", " a", "a ", "a\n", "a\r\nSet-Cookie: b", "a\tb", "a/b", "a,b",
                "<script>", "${env:HOME}", "{{secret}}", "'; DROP TABLE TokenMaster; --", "é", "a\u0000", "\uFF11",
                "a".repeat(101), "%0a");
    }

    @ParameterizedTest
    @NullSource
    @MethodSource("insane")
    void anInsaneIdIsReplaced(String id) {
        assertThat(RequestIds.idOf(id)).isNotEqualTo(id).satisfies(UUID::fromString);
    }

    @Test
    void aReplacedIdIsNewEachTime() {
        assertThat(RequestIds.idOf("a b")).isNotEqualTo(RequestIds.idOf("a b"));
    }
}
