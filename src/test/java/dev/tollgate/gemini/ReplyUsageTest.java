package dev.tollgate.gemini;

import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ReplyUsageTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "false | {\"usageMetadata\":{\"totalTokenCount\":7}} | 7",
        "false | [{\"usageMetadata\":{\"totalTokenCount\":3}},{\"usageMetadata\":{\"totalTokenCount\":9}}] | 9",
        "false | [{\"usageMetadata\":{\"totalTokenCount\":3}},{\"candidates\":[]}] | 3",
        "false | [{\"usageMetadata\":{\"totalTokenCount\":3}},{\"usage | 0",
        "false | <html> | 0",
        "false | ~~ | 0",
        "true | data: {\"usageMetadata\":{\"totalTokenCount\":3}}\\r\\n\\r\\ndata: {\"usageMetadata\":{\"totalTokenCount\":9}}\\r\\n\\r\\n | 9",
        "true | data: {\"usageMetadata\":{\"totalTokenCount\":3}}\\n\\ndata: {\"error\":{}}\\n\\n | 3",
        "true | data: {\"usageMetadata\":{\"totalTokenCount\":3}}\\n\\ndata: {\"usageMetadata\":{\"tot | 3",
        "true | data:{\"usageMetadata\":{\"totalTokenCount\":3}} | 3",
        "true | : {\"usageMetadata\":{\"totalTokenCount\":3}}\\n | 0"})
    void theLastUsageCountsHoweverTheBytesAreCut(boolean events, String text, long total) {
        byte[] bytes = text.replace("\\r", "\r").replace("\\n", "\n").getBytes(StandardCharsets.UTF_8);
        for (int size : new int[] {1, 7, 8192}) {
            ReplyUsage usage = new ReplyUsage(events, new ObjectMapper());
            for (int at = 0; at < bytes.length; at += size) {
                usage.read(bytes, at, Math.min(size, bytes.length - at));
            }
            assertThat(usage.soFar().total()).isEqualTo(total);
        }
    }
}
