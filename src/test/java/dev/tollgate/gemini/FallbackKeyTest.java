package dev.tollgate.gemini;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tollgate.gateway.Refusal;

import static org.assertj.core.api.Assertions.assertThat;

class FallbackKeyTest {

    private static final String KEY = "AIzaSyB-0_1.2";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = { "%s", "%s\n", "%s\r\n", "  %s  ", "\uFEFF%s", "\uFEFF\r\n%s\r\n", "\"%s\"", "'%s'",
            "# the key\n%s", "\n\n  # one\n# two=2\n\n%s\n# after", "// the key\n%s", "; the key\n%s",
            "api_key=%s", "api_key = %s", "apiKey: %s", "apiKey:%s", "GEMINI_API_KEY=%s", "export GEMINI_API_KEY=%s",
            "Gemini.ApiKey=%s", "gemini-api-key: '%s'", "api_key=\"%s\"", "Api Key = %s", "KEY_OF_GEMINI=%s",
            "\"apiKey\": \"%s\"", "\"apiKey\": \"%s\",", "{\n  \"apiKey\": \"%s\"\n}\n", "{\"apiKey\": \"%s\"}",
            "{\r\n  \"Provider\": \"Gemini\",\r\n  \"ApiKey\": \"%s\"\r\n}", "{ \"ApiKeys\": {\n \"ApiKey\": \"%s\" } }",
            "{\n  \"ApiKeys\": {\n    \"GeminiApiKey\": \"%s\"\n  }\n}", "[gemini]\napi_key=%s", "model=flash\napi_key=%s",
            "server=db;user=sa\napi_key=%s", "api_key=%s\nsecond_key=other", "api_key=\nsecond_key=%s",
            "#api_key=old\napi_key=%s", "//api_key=old\napi_key=%s", "api_key=%s # until March" })
    void theKeyIsFoundHoweverTheFileSaysIt(String text) throws IOException {
        assertThat(read(text.replace("%s", KEY))).contains(KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "\n", "   \r\n", "\uFEFF", "# nothing yet", "{}", "{\n}", "[]", "[gemini]", "---", "model=flash",
            "\"model\": \"flash\"", "api_key=", "api_key=\"\"", "api_key:", "not a key but a sentence", "<xml/>" })
    void aFileWithoutAKeyHoldsNone(String text) throws IOException {
        assertThat(read(text)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource
    void theKeyIsFoundInWhateverWroteTheFile(String how, byte[] content) throws IOException {
        Files.write(folder.resolve("appSetting.txt"), content);
        assertThat(new FallbackKey(folder.resolve("appSetting.txt")).read()).as(how).contains(KEY);
    }

    static Stream<Arguments> theKeyIsFoundInWhateverWroteTheFile() {
        String line = "GEMINI_API_KEY=" + KEY + "\r\n";
        String others = "XAI_API_KEY=xai-1234567890abcdef\nKEEPA_API_KEY=0123456789abcdefghij\n";
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("another provider above", others + line);
        texts.put("another provider below", line + others);
        texts.put("another provider on the same line", "XAI_API_KEY=xai-1234567890 GEMINI_API_KEY=" + KEY);
        texts.put("another use of Google's above", "GOOGLE_MAPS_API_KEY=AIzaSyOfMaps-1234567\n" + line);
        texts.put("a key of nobody in particular above", "API_KEY=AIzaSyOfWhat-1234567\n" + line);
        texts.put("a no-break space", "GEMINI_API_KEY\u00a0=\u00a0" + KEY + "\u00a0");
        texts.put("a zero-width space", "GEMINI_API_KEY=\u200b" + KEY + "\u200b");
        texts.put("marks in the middle", "\ufeff# a\n\ufeffGEMINI_API_KEY=" + KEY);
        texts.put("curly quotes", "GEMINI_API_KEY=\u201c" + KEY + "\u201d");
        texts.put("sh", "export GEMINI_API_KEY='" + KEY + "' # mine");
        texts.put("csh", "setenv GEMINI_API_KEY " + KEY + ";");
        texts.put("fish", "set -gx GEMINI_API_KEY \"" + KEY + "\"");
        texts.put("bash, declared", "declare -x GEMINI_API_KEY=\"" + KEY + "\"");
        texts.put("cmd", "REM AIzaSyOld-12345678\r\n@set GEMINI_API_KEY=" + KEY);
        texts.put("setx", "setx GEMINI_API_KEY \"" + KEY + "\" /M");
        texts.put("PowerShell", "$env:XAI_API_KEY = 'xai-1'\n$env:GEMINI_API_KEY = \"" + KEY + "\"");
        texts.put("PowerShell with braces", "${env:GEMINI_API_KEY}='" + KEY + "'");
        texts.put(".NET in PowerShell", "[Environment]::SetEnvironmentVariable(\"GEMINI_API_KEY\", \"" + KEY + "\", \"User\")");
        texts.put("properties", "! no comment\ngemini.api.key: " + KEY);
        texts.put("INI", "[xai]\napi_key = xai-12345678\n[gemini]\napi_key = " + KEY);
        texts.put("INI of keys alike", "[maps]\napi_key=AIzaSyOfMaps-1234567\n[gemini]\napi_key=" + KEY);
        texts.put("YAML", "xai:\n  api-key: xai-12345678\ngemini:\n  api-key: " + KEY + "  # of May\n");
        texts.put("YAML of keys alike", "maps:\n  api-key: AIzaSyOfMaps-1234567\ngemini:\n  api-key: " + KEY);
        texts.put("TOML", "[gemini]\nkey = \"" + KEY + "\"");
        texts.put("Compose", "environment:\n  - XAI_API_KEY=xai-1\n  - GEMINI_API_KEY=" + KEY);
        texts.put("JSON", "{\"Xai\":{\"ApiKey\":\"xai-12345678\"},\"Gemini\":{\"ApiKey\":\"" + KEY + "\"}}");
        texts.put("JSON of keys alike", "{\"Maps\":{\"ApiKey\":\"AIzaSyOfMaps-1234567\"},\"Gemini\":{\"ApiKey\":\"" + KEY + "\"}}");
        texts.put("JSON with comments", "{ // old: AIzaSyOld-12345678\n 'GEMINI_API_KEY': '" + KEY + "', /* AIzaSyOld-12345678 */ }");
        texts.put("JSON of pairs", "[{\"name\":\"XAI_API_KEY\",\"value\":\"xai-1\"},{\"name\":\"GEMINI_API_KEY\",\"value\":\"" + KEY + "\"}]");
        texts.put("JSON with a fault", "{\"XAI_API_KEY\":\"xai-1\",\"GEMINI_API_KEY\":\"" + KEY + "\"");
        texts.put("XML of .NET", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<appSettings>\n<add key=\"XaiApiKey\" value=\"xai-1\"/>\n"
                + "<!-- <add key=\"GeminiApiKey\" value=\"AIzaSyOld-12345678\"/> -->\n<add key=\"GeminiApiKey\" value=\"" + KEY + "\"/></appSettings>");
        texts.put("XML of elements", "<settings><maps><apiKey>AIzaSyOfMaps-1234567</apiKey></maps><gemini><apiKey>" + KEY + "</apiKey></gemini></settings>");
        texts.put("XML with a value below", "<setting name=\"GEMINI_API_KEY\" serializeAs=\"String\"><value>" + KEY + "</value></setting>");
        String maps = "AIzaSyOfMaps-1234567";
        String old = "AIzaSyOld-12345678";
        texts.put("Windows, all in quotes", "setx OPENAI_API_KEY \"sk-proj-1\"\r\nset \"GEMINI_API_KEY=" + KEY + "\"\r\n");
        texts.put("a block comment of PowerShell", "<# $env:GEMINI_API_KEY=\"" + old + "\"\n#>\n$env:GEMINI_API_KEY=\"" + KEY + "\"");
        texts.put("a path of PowerShell", "Set-Item Env:\\XAI_API_KEY 'xai-1'\nSet-Item Env:\\GEMINI_API_KEY '" + KEY + "'");
        texts.put("Google's generic name below others", "AWS_SECRET_ACCESS_KEY=wJalr\nANTHROPIC_API_KEY=sk-ant-1\nGOOGLE_API_KEY=" + KEY);
        texts.put("the generic name below a use", "VISION_KEY=" + maps + "\nGOOGLE_API_KEY=" + KEY);
        texts.put("two settings on one line", "ENV MAPS_KEY=" + maps + " GOOGLE_API_KEY=" + KEY + " OPENAI_API_KEY=sk-1");
        texts.put("a retired one above", "GEMINI_API_KEY_OLD=" + old + "\nGEMINI_API_KEY=" + KEY);
        texts.put("YAML in brackets", "{maps: {key: " + maps + "}, gemini: {key: " + KEY + "}}");
        texts.put("YAML in brackets, on one line", "maps: {key: " + maps + "}, gemini: {key: " + KEY + "}");
        texts.put("Kubernetes", "env:\n  - name: MAPS_API_KEY\n    value: " + maps + "\n  - name: GEMINI_API_KEY\n    value: " + KEY);
        texts.put("TOML in brackets", "openai = { key = \"sk-1\" }\ngemini = { key = \"" + KEY + "\" }");
        texts.put("JSON of providers", "[{\"provider\":\"maps\",\"apiKey\":\"" + maps + "\"},{\"provider\":\"gemini\",\"apiKey\":\"" + KEY + "\"}]");
        texts.put("lines of JSON", "{\"name\":\"MAPS_KEY\",\"value\":\"" + maps + "\"}\n{\"name\":\"GEMINI_API_KEY\",\"value\":\"" + KEY + "\"}\n");
        texts.put("XML of several roots, the value first", "<add value=\"" + maps + "\" key=\"MapsApiKey\"/>\n<add value=\"" + KEY + "\" key=\"GeminiKey\"/>");
        texts.put("XML with a reference", "<gemini>" + KEY.replace("S", "&#83;") + "</gemini>");
        texts.put("a property list", "<plist><dict><key>MAPS_KEY</key><string>" + maps + "</string><key>GEMINI_API_KEY</key><string>" + KEY
                + "</string></dict></plist>");
        texts.put("titles above", "Maps key:\n" + maps + "\n\nGemini key:\n" + KEY);
        texts.put("comments above", "# Google Maps\n" + maps + "\n# Gemini\n" + KEY);
        texts.put("comments behind", maps + " # maps\n" + KEY + " # gemini");
        texts.put("Markdown", "- **Gemini**: `" + KEY + "`");
        texts.put("a soft hyphen and marks of direction", "GEMINI_API_KEY=\u202a" + KEY.replace("B", "B\u00ad") + "\u202c");
        texts.put("CR alone", "MAPS_KEY=" + maps + "\rGEMINI_API_KEY=" + KEY + "\r");
        texts.put("a header of curl", "curl -H 'x-goog-api-key: " + KEY + "' https://generativelanguage.googleapis.com/v1beta/models");
        Map<String, Charset> pages = new LinkedHashMap<>();
        pages.put("UTF-16 as PowerShell writes it", StandardCharsets.UTF_16LE);
        pages.put("UTF-16, the other way round", StandardCharsets.UTF_16BE);
        return Stream.of(texts.entrySet().stream().map(one -> Arguments.of(one.getKey(), one.getValue().getBytes(StandardCharsets.UTF_8))),
                pages.entrySet().stream().map(one -> Arguments.of(one.getKey(), ("\ufeff" + others + line).getBytes(one.getValue()))),
                pages.entrySet().stream().map(one -> Arguments.of(one.getKey() + ", without a mark", line.getBytes(one.getValue()))),
                Stream.of(Arguments.of("a byte of Latin-1", ("# cl\u00e9\n" + line).getBytes(StandardCharsets.ISO_8859_1))))
                .flatMap(some -> some);
    }

    @ParameterizedTest
    @ValueSource(strings = {"XAI_API_KEY=xai-1234567890", "XAI_API_KEY=AIzaSyB-0_1.2", "OPENAI_API_KEY: AIzaSyB-0_1.2",
            "GEMINI_API_KEY=xai-1234567890", "GEMINI_API_KEY=sk-proj-1234567890", "xai-1234567890", "Atzr|IwEBIA",
            "GEMINI_API_KEY=your-key-here", "GEMINI_API_KEY=AIza...", "GEMINI_API_KEY=${GEMINI_KEY}", "GEMINI_API_KEY=",
            "[xai]\napi_key=AIzaSyB-0_1.2", "{\"Xai\":{\"ApiKey\":\"AIzaSyB-0_1.2\"}}", "<xai><key>AIzaSyB-0_1.2</key></xai>",
            "xai:\n  key: AIzaSyB-0_1.2", "<xml/", "not a key but a sentence", "GEMINI_API_KEY=AQ.short",
            "MY_XAI_KEY=AIzaSyB-0_1.2", "OPENROUTER_API_KEY=AIzaSyB-0_1.2", "SOMEBODYS_KEY=AIzaSyB-0_1.2", "ACME_API_TOKEN=AIzaSyB-0_1.2",
            "AI21_API_KEY=AIzaSyB-0_1.2", "GOOGLE_CALENDAR_API_KEY=AIzaSyB-0_1.2", "GOOGLE_SHEETS_API_KEY=AIzaSyB-0_1.2", "FCM_SERVER_KEY=AIzaSyB-0_1.2",
            "https://maps.googleapis.com/maps/api/js?key=AIzaSyB-0_1.2", "XAI_API_KEY=\nAIzaSyB-0_1.2", "Google Maps key:\nAIzaSyB-0_1.2",
            "env:\n  - name: MAPS_API_KEY\n    value: AIzaSyB-0_1.2", "[{\"Provider\":\"xAI\",\"ApiKey\":\"AIzaSyB-0_1.2\"}]",
            "{\"name\":\"MAPS_KEY\",\"value\":\"AIzaSyB-0_1.2\"", "# xAI\nAIzaSyB-0_1.2", "GEMINI_API_KEY=QUl6YVN5Qi0wXzEuMg=="})
    void whatIsNoKeyOfGeminiIsNotTakenAndSaysWhyWithoutShowingIt(String text) throws IOException {
        Files.writeString(folder.resolve("appSetting.txt"), text);
        FallbackKey key = new FallbackKey(folder.resolve("appSetting.txt"));

        assertThat(key.read()).isEmpty();
        assertThat(key.why(Refusal.of(404, "none"))).satisfies(no -> {
            assertThat(no.getStatus()).isEqualTo(503);
            assertThat(no.getMessage()).contains("is not set up", "tollgate.gemini.api-key-file");
        });
        assertThat(GoogleKeys.in(text).trouble()).contains("AIza or AQ.").doesNotContain("1234567890", "IwEBIA", "B-0_1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"#GEMINI_API_KEY=AIzaSyB-0_1.2", "REM set GEMINI_API_KEY=AIzaSyB-0_1.2", "<# GEMINI_API_KEY=AIzaSyB-0_1.2 #>"})
    void aKeyInACommentIsNotTakenAndSaysSo(String text) throws IOException {
        assertThat(read(text)).isEmpty();
        assertThat(GoogleKeys.in(text).trouble()).contains("stands in a comment").doesNotContain("B-0_1");
    }

    @Test
    void aNewerKeyOfGooglesIsTakenToo() throws IOException {
        assertThat(read("GEMINI_API_KEY=AQ.Ab8RN6J-abcdefgh_1234")).contains("AQ.Ab8RN6J-abcdefgh_1234");
    }

    @Test
    void withoutAFileThereIsNoKey() {
        FallbackKey none = new FallbackKey(folder.resolve("none.txt"));
        assertThat(none.read()).isEmpty();
        assertThat(none.why(Refusal.of(404, "none"))).hasMessage("none");
    }

    @Test
    void aChangedFileCountsAtOnce() throws IOException {
        FallbackKey key = new FallbackKey(folder.resolve("appSetting.txt"));
        Files.writeString(folder.resolve("appSetting.txt"), "AIzaSyFirst1");
        assertThat(key.read()).contains("AIzaSyFirst1");

        Files.writeString(folder.resolve("appSetting.txt"), "AIzaSySecond");
        assertThat(key.read()).contains("AIzaSySecond");

        Files.delete(folder.resolve("appSetting.txt"));
        assertThat(key.read()).isEmpty();
    }

    @Test
    void whatCannotBeReadOrIsNoFileOfSettingsSaysSo() throws IOException {
        Path large = Files.write(folder.resolve("large.txt"), new byte[100_000]);
        for (Path file : List.of(folder, large)) {
            assertThat(new FallbackKey(file).read()).isEmpty();
            assertThat(new FallbackKey(file).why(Refusal.of(404, "none"))).hasMessageContaining("tollgate.gemini.api-key-file");
        }
    }

    private Optional<String> read(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("appSetting.txt"), text);
        return new FallbackKey(file).read();
    }
}
