package dev.tollgate.sandbox;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

/** The plainest value that a schema allows, in JSON Schema's words or in Google's. */
final class SchemaSample {

    /** Deeper than any schema that a model takes. */
    private static final int DEEPEST = 20;

    private SchemaSample() {
    }

    static Object of(JsonNode schema) {
        return of(schema, 0);
    }

    private static Object of(JsonNode schema, int depth) {
        if (schema.has("enum")) {
            return schema.path("enum").path(0).asText();
        }
        JsonNode type = schema.path("type").isArray() ? schema.path("type").path(0) : schema.path("type");
        return switch (depth > DEEPEST ? "" : type.asText(schema.has("properties") ? "object" : "").toLowerCase(Locale.ROOT)) {
            case "object" -> object(schema, depth);
            case "array" -> List.of(of(schema.path("items"), depth + 1));
            case "integer", "number" -> 1;
            case "boolean" -> true;
            default -> "text";
        };
    }

    private static Map<String, Object> object(JsonNode schema, int depth) {
        Map<String, Object> object = new LinkedHashMap<>();
        schema.path("properties").properties().forEach(field -> object.put(field.getKey(), of(field.getValue(), depth + 1)));
        return object;
    }
}
