package dev.tollgate.upstream;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What is read in replies of every form, wherever their bytes are split. */
class ReplyFieldsTest {

    private static final String USAGE = "{\"usage\":{\"total_tokens\":7}}";
    private static final String OTHER = "{\"id\":\"a\",\"choices\":[{\"delta\":{\"content\":\"\\\"usage\\\":{}\"}}]}";

    static Stream<Arguments> replies() {
        return Stream.of(
                reply("line feeds", "data: " + OTHER + "\n\ndata: " + USAGE + "\n\ndata: [DONE]\n\n", "/usage={\"total_tokens\":7}"),
                reply("both", "data: " + OTHER + "\r\n\r\ndata: " + USAGE + "\r\n\r\ndata: [DONE]\r\n\r\n", "/usage={\"total_tokens\":7}"),
                reply("returns", "data: " + OTHER + "\r\rdata: " + USAGE + "\r\rdata: [DONE]\r\r", "/usage={\"total_tokens\":7}"),
                reply("several data lines", "data: {\ndata: \"usage\":\r\ndata: {\"total_tokens\":\rdata:7}}\n\n", "/usage={\"total_tokens\":7}"),
                reply("a blank line would tear it", "data: {\"usage\":\n\ndata: {\"total_tokens\":7}}\n\n"),
                reply("comments and fields", ": hello\nevent: x\nid: 1\ndata:" + USAGE + "\nretry: 5\n:\n\n", "/usage={\"total_tokens\":7}"),
                reply("a byte order mark", "\ufeffdata: " + USAGE + "\n\n", "/usage={\"total_tokens\":7}"),
                reply("a byte order mark before JSON", "\ufeff" + USAGE, "/usage={\"total_tokens\":7}"),
                reply("no last line end", "data: " + USAGE, "/usage={\"total_tokens\":7}"),
                reply("cut behind the usage", "data: {\"usage\":{\"total_tokens\":7},\"x\":\"broken of", "/usage={\"total_tokens\":7}"),
                reply("other names", "datas: " + USAGE + "\n\ndat: " + USAGE + "\n\n data: " + USAGE + "\n\nDATA: " + USAGE + "\n\n",
                        "/usage={\"total_tokens\":7}"),
                reply("two spaces", "data:  " + USAGE + "\n\n", "/usage={\"total_tokens\":7}"),
                reply("one value", USAGE, "/usage={\"total_tokens\":7}"),
                reply("a pretty one", " \n{\n  \"usage\": {\r\n \"total_tokens\":\n 7 }\n}\n", "/usage={\"total_tokens\":7}"),
                reply("a list", "[" + OTHER + ",\r\n" + USAGE + "\n,{\"usage\":{}}]", "/usage={\"total_tokens\":7}", "/usage={}"),
                reply("lines", OTHER + "\n" + USAGE + "\n{\"usage\":null}\n", "/usage={\"total_tokens\":7}", "/usage=null"),
                reply("JSON behind events", "data: " + USAGE + "\n\n{\n  \"error\": {\n \"code\": 503\n}\n}\n",
                        "/usage={\"total_tokens\":7}", "/error={\"code\":503}"),
                reply("a list of an error behind events", "data: " + USAGE + "\n\n[{\n  \"error\": {\n \"code\": 503\n}\n}\n]",
                        "/usage={\"total_tokens\":7}", "/error={\"code\":503}"),
                reply("events behind JSON", "{\"error\":\"x\"}\n\ndata: " + USAGE + "\n\n", "/error=\"x\"", "/usage={\"total_tokens\":7}"),
                reply("nested", "data: {\"type\":\"response.completed\",\"response\":{\"a\":[{\"usage\":1}],\"usage\":{\"b\":[1,{}]}}}\n\n",
                        "/response/usage={\"b\":[1,{}]}"),
                reply("deeper than it is wanted", "{\"a\":{\"usage\":1},\"response\":{\"b\":{\"usage\":2}},\"usage\":3}", "/usage=3"),
                reply("damage in one event", "data: {\"usage\":{\"x\":1}\n\ndata: }" + USAGE + "\n\ndata: " + USAGE + "\n\n",
                        "/usage={\"x\":1}", "/usage={\"total_tokens\":7}"),
                reply("odd numbers", "{\"usage\":{\"a\":NaN,\"b\":1e999999999,\"c\":-0.5,\"d\":123456789012345678901234567890}}",
                        "/usage={\"a\":\"NaN\",\"b\":1E+999999999,\"c\":-0.5,\"d\":123456789012345678901234567890}"),
                reply("nothing", ""), reply("a page", "<html>\n<body>data: no\n{ not json }</body></html>"),
                reply("a number", "7\n"), reply("only line ends", "\n\r\n\r\r\n"));
    }

    private static Arguments reply(String name, String text, String... picked) {
        return Arguments.of(name, text, List.of(picked));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("replies")
    void isReadWherever(String name, String text, List<String> expected) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(picked(bytes, bytes.length)).as("whole").isEqualTo(expected);
        for (int piece = 1; piece < 12; piece++) {
            assertThat(picked(bytes, piece)).as("in pieces of " + piece).isEqualTo(expected);
        }
    }

    @Test
    void textsOfAnySizePassThroughWithoutBeingHeld() {
        for (String filling : List.of("a", "\u00e9", "\ud83d\ude00", "\\\\", "\\\"", "\\u0022", "\\ud83d\\ude00")) {
            for (int shift = 0; shift < 8; shift++) {
                String event = "data: {\"x\":\"" + "a".repeat(shift) + filling.repeat(3_000) + "\",\"usage\":{\"t\":\""
                        + filling.repeat(3_000) + "\",\"total_tokens\":7}}\n\n";
                List<String> seen = picked(event.getBytes(StandardCharsets.UTF_8), 1_000);
                assertThat(seen).hasSize(1).allSatisfy(one -> assertThat(one.length()).isLessThan(9_000))
                        .allSatisfy(one -> assertThat(one).endsWith("\"total_tokens\":7}"));
            }
        }
    }

    @Test
    void aPictureOfFortyMegabytesIsPassedOver() {
        List<String> seen = new ArrayList<>();
        ReplyFields fields = new ReplyFields(Set.of("/usage"), (path, value) -> seen.add(path + "=" + value));
        byte[] head = "data: {\"picture\":\"".getBytes(StandardCharsets.US_ASCII);
        byte[] piece = "x".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
        byte[] tail = "\",\"usage\":{\"total_tokens\":7}}\n\n".getBytes(StandardCharsets.US_ASCII);
        fields.read(head, 0, head.length);
        for (int at = 0; at < 640; at++) {
            fields.read(piece, 0, piece.length);
        }
        fields.read(tail, 0, tail.length);
        assertThat(seen).containsExactly("/usage={\"total_tokens\":7}");
    }

    @Test
    void aFieldWithoutEndIsNotHeld() {
        StringBuilder endless = new StringBuilder("{\"usage\":[0");
        for (int at = 0; at < 100_000; at++) {
            endless.append(",0");
        }
        byte[] bytes = endless.append("],\"error\":1}").toString().getBytes(StandardCharsets.US_ASCII);
        assertThat(picked(bytes, 4096)).containsExactly("/error=1");
    }

    /** Nothing fails on bytes of legal replies with some of them changed, and the next whole event is read. */
    @Test
    void damageHarmsNothing() {
        Random random = new Random(14);
        List<Arguments> replies = replies().toList();
        for (int round = 0; round < 5_000; round++) {
            byte[] bytes = ((String) replies.get(random.nextInt(replies.size())).get()[1]).getBytes(StandardCharsets.UTF_8);
            for (int change = random.nextInt(4); change > 0 && bytes.length > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) "{}[]\":,\\u\n\r dx7".charAt(random.nextInt(15));
            }
            String damaged = new String(bytes, StandardCharsets.UTF_8) + "\n\ndata: {\"usage\":{\"whole\":1}}\n\n";
            List<String> seen = picked(damaged.getBytes(StandardCharsets.UTF_8), 1 + random.nextInt(40));
            if (!damaged.matches("(?s)(.*[\r\n])?\ufeff?[ \t]*[{\\[].*")) {
                assertThat(seen).as(damaged).endsWith("/usage={\"whole\":1}");
            }
        }
    }

    private static List<String> picked(byte[] bytes, int piece) {
        List<String> seen = new ArrayList<>();
        ReplyFields fields = new ReplyFields(Set.of("/usage", "/response/usage", "/error"), (path, value) -> seen.add(path + "=" + value));
        for (int at = 0; at < bytes.length; at += piece) {
            fields.read(bytes, at, Math.min(piece, bytes.length - at));
        }
        return seen;
    }
}
