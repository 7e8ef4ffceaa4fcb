package dev.tollgate.kit;

import java.io.IOException;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

import dev.tollgate.budget.Price;
import dev.tollgate.queue.Quote;

/**
 * Estimates what a call of a language model will use, by what APIs of the OpenAI and Anthropic kind are sent: a token for four
 * characters of text, a fixed number for a picture or document, and as many as the call allows for the answer. Learns nothing:
 * such upstreams count the most that a call may use when it arrives.
 *
 * @param prompt whether what is sent counts
 * @param answer whether what is answered counts
 */
record ModelTokens(boolean prompt, boolean answer) implements PriceSource {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CHARACTERS = 4;
    /** Of a picture or document that stands in the request in base64. */
    private static final int ATTACHMENT = 1_500;
    /** Where the call does not say how long its answer may be. */
    private static final int ANSWER = 1_000;

    /** A request that is no JSON costs one token: the upstream will say what is wrong with it. */
    @Override
    public Quote quote(Exchange request) {
        Message message = request.getMessage();
        byte[] body = message.getBody(byte[].class);
        message.setBody(body); // a stream can be read once only
        JsonNode call = JSON.missingNode();
        try {
            call = body == null ? call : JSON.readTree(body);
        }
        catch (IOException notJson) {
            // one token
        }
        long tokens = (prompt ? prompt(call) : 0) + (answer && call.isObject() ? answer(call) : 0);
        return Quote.fixed("", Math.max(1, Math.min(Price.MAX, tokens)));
    }

    private static long prompt(JsonNode node) {
        if (node.isTextual()) {
            String text = node.asText();
            boolean attached = text.startsWith("data:") || text.length() > 1_000 && text.indexOf(' ') < 0;
            return attached ? ATTACHMENT : (text.length() + CHARACTERS - 1) / CHARACTERS;
        }
        long sum = 0;
        for (JsonNode part : node) {
            sum += prompt(part);
        }
        return sum;
    }

    private static long answer(JsonNode call) {
        long most = Stream.of("max_completion_tokens", "max_output_tokens", "max_tokens").map(call::path)
                .filter(JsonNode::isIntegralNumber).mapToLong(JsonNode::asLong).findFirst().orElse(ANSWER);
        return Math.max(0, Math.min(Price.MAX, most)) * Math.max(1, Math.min(128, call.path("n").asInt(1)));
    }
}
