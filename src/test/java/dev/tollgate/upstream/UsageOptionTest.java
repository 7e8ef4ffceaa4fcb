package dev.tollgate.upstream;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class UsageOptionTest {

    @ParameterizedTest
    @CsvSource(delimiter = ';', ignoreLeadingAndTrailingWhitespace = false, value = {
        "{'stream':true};{'stream_options':{'include_usage':true},'stream':true}",
        " {\t'a' : [1, {'stream':false}],'stream' : true } ; {'stream_options':{'include_usage':true},\t'a' : [1, {'stream':false}],'stream' : true } ",
        "{'stream':true,'stream_options':null};{'stream':true,'stream_options':{'include_usage':true}}",
        "{'stream':true,'stream_options': {}};{'stream':true,'stream_options': {'include_usage':true}}",
        "{'stream':true,'stream_options':{'x':1}};{'stream':true,'stream_options':{'include_usage':true,'x':1}}",
        "{'stream_options':{'include_usage': false },'stream':true};{'stream_options':{'include_usage': true },'stream':true}",
        "{'stream_options':{'a':{},'include_usage':null,'b':[]},'stream':true};{'stream_options':{'a':{},'include_usage':true,'b':[]},'stream':true}",
        "{'m':'é😀\\u00e9','stream':true};{'stream_options':{'include_usage':true},'m':'é😀\\u00e9','stream':true}",
        "\ufeff{'stream':true};\ufeff{'stream_options':{'include_usage':true},'stream':true}",
        "\ufeff{'stream':true,'stream_options':{'include_usage':false}};\ufeff{'stream':true,'stream_options':{'include_usage':true}}",
    })
    void isAddedWithoutChangingAnotherByte(String body, String asking) {
        assertThat(text(UsageOption.of(bytes(body)).asking())).isEqualTo(asking.replace('\'', '"'));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{}", "{'stream':false}", "{'stream':'true'}", "{'stream':1}", "{'x':{'stream':true}}",
        "{'stream':true,'stream_options':{'include_usage':true}}", "{'stream':true,'stream_options':'x'}", "{'stream':true", "null",
        "{'stream':true,'x':}", "{'stream':true,'stream_options':{'include_usage':'yes'}}"})
    void isNotAddedWhereItIsNotMissing(String body) {
        assertThat(UsageOption.of(bytes(body)).asking()).isNull();
    }

    /** Nothing can be put between bytes that are not counted; such a body goes on as it is. */
    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void isNotAddedToWhatIsNotUtf8(String charset) {
        assertThat(UsageOption.of("{\"stream\":true}".getBytes(Charset.forName(charset))).asking()).isNull();
    }

    /** A picture in the request is longer than the longest text that JSON libraries read. */
    @Test
    void isAddedToBodiesOfAnySize() {
        String body = "{'picture':'" + "x".repeat(21_000_000) + "','stream':true}";
        assertThat(text(UsageOption.of(bytes(body)).asking())).hasSize(body.length() + 40).startsWith("{\"stream_options\":");
    }

    private static byte[] bytes(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }
}
