package dev.tollgate.gemini;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    @Test
    void withoutAFileThereIsNoKey() {
        assertThat(new FallbackKey(folder.resolve("none.txt")).read()).isEmpty();
    }

    @Test
    void aChangedFileCountsAtOnce() throws IOException {
        FallbackKey key = new FallbackKey(folder.resolve("appSetting.txt"));
        Files.writeString(folder.resolve("appSetting.txt"), "first");
        assertThat(key.read()).contains("first");

        Files.writeString(folder.resolve("appSetting.txt"), "second");
        assertThat(key.read()).contains("second");

        Files.delete(folder.resolve("appSetting.txt"));
        assertThat(key.read()).isEmpty();
    }

    @Test
    void whatCannotBeReadNamesTheSetting() {
        assertThatThrownBy(() -> new FallbackKey(folder).read()).isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("tollgate.gemini.api-key-file");
    }

    private Optional<String> read(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("appSetting.txt"), text);
        return new FallbackKey(file).read();
    }
}
