package dev.tollgate.xai;

import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The strict schema of a verdict: an object of exactly one required boolean. Its text comes from a file beside the route,
 * goes with the question, and is checked again on the answer.
 */
final class VerdictSchema {

    private final ObjectNode schema;
    private final String property;

    private VerdictSchema(ObjectNode schema, String property) {
        this.schema = schema;
        this.property = property;
    }

    /** @throws IllegalArgumentException when the text is not such a schema; the message says what is wanted */
    static VerdictSchema parse(String text) {
        try {
            JsonNode root = Json.STRICT.readTree(text);
            JsonNode properties = root.path("properties");
            if (root instanceof ObjectNode schema && properties.size() == 1) {
                var only = properties.properties().iterator().next();
                boolean strict = root.path("type").asText().equals("object")
                        && only.getValue().path("type").asText().equals("boolean")
                        && root.path("required").size() == 1 && root.path("required").get(0).asText().equals(only.getKey())
                        && !root.path("additionalProperties").asBoolean(true);
                if (strict) {
                    return new VerdictSchema(schema, only.getKey());
                }
            }
        } catch (JsonProcessingException notJson) {
            throw new IllegalArgumentException("The verdict schema is not JSON: " + notJson.getOriginalMessage(), notJson);
        }
        throw new IllegalArgumentException("The verdict schema must describe an object with one property of type boolean,"
                + " required, and \"additionalProperties\": false");
    }

    ObjectNode schema() {
        return schema.deepCopy();
    }

    /** The verdict in an answer's content, if that follows the schema to the letter. */
    Optional<Boolean> verdict(String content) {
        try {
            JsonNode root = Json.STRICT.readTree(content);
            JsonNode value = root.path(property);
            return root.isObject() && root.size() == 1 && value.isBoolean()
                    ? Optional.of(value.booleanValue()) : Optional.empty();
        } catch (JsonProcessingException notJson) {
            return Optional.empty();
        }
    }
}
