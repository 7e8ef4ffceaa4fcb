package dev.tollgate.xai;

import java.io.IOException;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What reasoning and cached tokens are part of says the total; the last count counts, not the last word. */
class NamedUsageTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest(name = "{0} = {1} in, {2} out, {3} in all, {4} thought, {5} cached")
    @CsvSource(delimiter = ';', value = {
        // Reasoning outside of the completion, as xAI's chat has it.
        "{'prompt_tokens':32,'completion_tokens':9,'total_tokens':135,'completion_tokens_details':{'reasoning_tokens':94}}; 32; 103; 135; 94; 0",
        // Inside of it, as OpenAI has it.
        "{'prompt_tokens':32,'completion_tokens':103,'total_tokens':135,'completion_tokens_details':{'reasoning_tokens':94}}; 32; 103; 135; 94; 0",
        "{'input_tokens':32,'output_tokens':103,'total_tokens':135,'output_tokens_details':{'reasoning_tokens':94}}; 32; 103; 135; 94; 0",
        "{'input_tokens':32,'output_tokens':9,'total_tokens':135,'output_tokens_details':{'reasoning_tokens':94}}; 32; 103; 135; 94; 0",
        // No total: more reasoning than output was not inside of it.
        "{'input_tokens':32,'output_tokens':9,'output_tokens_details':{'reasoning_tokens':94}}; 32; 103; 135; 94; 0",
        "{'input_tokens':32,'output_tokens':103,'output_tokens_details':{'reasoning_tokens':94}}; 32; 103; 135; 94; 0",
        "{'prompt_tokens':32,'completion_tokens':9,'completion_tokens_details':{'reasoning_tokens':94}}; 32; 103; 135; 94; 0",
        // Cached tokens inside and outside of the prompt.
        "{'prompt_tokens':100,'completion_tokens':5,'total_tokens':105,'prompt_tokens_details':{'cached_tokens':90}}; 100; 5; 105; 0; 90",
        "{'prompt_tokens':100,'completion_tokens':5,'total_tokens':155,'prompt_tokens_details':{'cached_tokens':50}}; 150; 5; 155; 0; 50",
        "{'prompt_tokens':10,'completion_tokens':5,'total_tokens':105,'prompt_tokens_details':{'cached_tokens':90}}; 100; 5; 105; 0; 90",
        "{'prompt_tokens':100,'completion_tokens':5,'total_tokens':165,'prompt_tokens_details':{'cached_tokens':50},'completion_tokens_details':{'reasoning_tokens':10}}; 150; 15; 165; 10; 50",
        "{'prompt_tokens':100,'completion_tokens':15,'total_tokens':165,'prompt_tokens_details':{'cached_tokens':50},'completion_tokens_details':{'reasoning_tokens':10}}; 150; 15; 165; 10; 50",
        // A sum that nothing explains.
        "{'prompt_tokens':100,'completion_tokens':5,'total_tokens':300}; 100; 200; 300; 0; 0",
        "{'prompt_tokens':100,'completion_tokens':5,'total_tokens':50}; 50; 0; 50; 0; 0",
        "{'prompt_tokens':100,'completion_tokens':5,'total_tokens':0}; 100; 5; 105; 0; 0",
        "{'total_tokens':50}; 0; 50; 50; 0; 0",
        "{'prompt_tokens':7,'total_tokens':7}; 7; 0; 7; 0; 0",
        // The messages endpoint leaves the cache out of its input.
        "{'input_tokens':10,'output_tokens':5,'cache_read_input_tokens':90,'cache_creation_input_tokens':7}; 107; 5; 112; 0; 90",
        "{'input_tokens':10,'output_tokens':5,'cache_read_input_tokens':0}; 10; 5; 15; 0; 0",
        "{'prompt_tokens':'100','completion_tokens':5.0,'total_tokens':'105'}; 100; 5; 105; 0; 0",
        // Pieces: an empty one, other fields, the word in a text, a smaller count, a part of the counts.
        "{'prompt_tokens':100,'completion_tokens':5,'total_tokens':105}|{}|{'service_tier':'default'}|null|'usage'; 100; 5; 105; 0; 0",
        "{'prompt_tokens':100,'completion_tokens':1,'total_tokens':101}|{'prompt_tokens':100,'completion_tokens':5,'total_tokens':105}; 100; 5; 105; 0; 0",
        "{'prompt_tokens':100,'completion_tokens':5,'total_tokens':105}|{'prompt_tokens':0,'completion_tokens':0,'total_tokens':0}; 100; 5; 105; 0; 0",
        "{'input_tokens':100,'output_tokens':1}|{'output_tokens':5}; 100; 5; 105; 0; 0",
        "{}; 0; 0; 0; 0; 0", "null; 0; 0; 0; 0; 0", "[1]; 0; 0; 0; 0; 0",
    })
    void inputAndOutputAreTheTotal(String pieces, long input, long output, long total, long reasoning, long cached) {
        NamedUsage named = new NamedUsage();
        Stream.of(pieces.replace('\'', '"').split("\\|")).forEach(piece -> take(named, piece));
        Usage usage = named.usage();
        assertThat(new long[] {usage.inputTokens(), usage.outputTokens(), usage.totalTokens(), usage.reasoningTokens(),
            usage.cachedTokens()}).containsExactly(input, output, total, reasoning, cached);
        assertThat(usage.equals(Usage.NONE)).isEqualTo(total == 0);
    }

    private static void take(NamedUsage named, String piece) {
        try {
            named.take(JSON.readTree(piece));
        } catch (IOException impossible) {
            throw new AssertionError(piece, impossible);
        }
    }
}
