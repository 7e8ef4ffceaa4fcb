package dev.tollgate.gateway.admin;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import org.jspecify.annotations.Nullable;

import dev.tollgate.gateway.Refusal;

/** The fields of a JSON body, by names in any case. Whatever is wrong with one is a 400 that names it and the remedy. */
public final class Fields {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_BODY = 64 * 1024;

    /** Bound: the known fields of one body of 64 KB at most. */
    private final Map<String, JsonNode> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private Fields() {
    }

    /** @throws Refusal 400 or 413 for a body that is no JSON object, is too large, or has a field that is not known */
    public static Fields read(byte @Nullable [] body, String... known) {
        if (body == null || body.length == 0) {
            throw Refusal.of(400, "The body is missing. Send a JSON object with " + String.join(", ", known) + ".");
        }
        if (body.length > MAX_BODY) {
            throw Refusal.of(413, "The body is too large. Send %d bytes at most.".formatted(MAX_BODY));
        }
        Fields fields = new Fields();
        object(body).fields().forEachRemaining(field -> {
            if (Arrays.stream(known).noneMatch(field.getKey()::equalsIgnoreCase)) {
                throw Refusal.of(400, "There is no field %s. Use %s.".formatted(shown(field.getKey()), String.join(", ", known)));
            }
            if (fields.values.put(field.getKey(), field.getValue()) != null) {
                throw Refusal.of(400, "%s is there twice. Send it once.".formatted(shown(field.getKey())));
            }
        });
        return fields;
    }

    private static JsonNode object(byte[] body) {
        try {
            JsonNode node = JSON.readTree(body);
            if (node.isObject()) {
                return node;
            }
        }
        catch (IOException malformed) {
            throw Refusal.of(400, "The body is not JSON. Send a JSON object in UTF-8.");
        }
        throw Refusal.of(400, "The body is JSON, but no object. Send one in braces.");
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    boolean has(String name) {
        return !value(name).isNull();
    }

    private JsonNode value(String name) {
        return values.getOrDefault(name, NullNode.getInstance());
    }

    public String required(String name, int max) {
        return optional(name, max).orElseThrow(() -> Refusal.of(400, "%s is missing. Send it as a text.".formatted(name)));
    }

    Optional<String> optional(String name, int max) {
        if (!has(name)) {
            return Optional.empty();
        }
        JsonNode value = value(name);
        String text = value.isTextual() ? value.textValue().strip() : "";
        if (text.isEmpty() || text.length() > max || text.chars().anyMatch(Character::isISOControl)) {
            throw Refusal.of(400, "%s must be a text of 1 to %d characters on one line.".formatted(name, max));
        }
        return Optional.of(text);
    }

    Optional<Long> number(String name, long min, long max) {
        return number(name, min).map(value -> {
            if (value > max) {
                throw Refusal.of(400, "%s must be %d or less: the database's column holds no more.".formatted(name, max));
            }
            return value;
        });
    }

    Optional<Long> number(String name, long min) {
        if (!has(name)) {
            return Optional.empty();
        }
        JsonNode value = value(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < min) {
            throw Refusal.of(400, "%s must be a whole number, %d or more.".formatted(name, min));
        }
        return Optional.of(value.longValue());
    }

    Optional<String> oneOf(String name, List<String> choices) {
        return optional(name, 50).map(text -> choices.stream().filter(text::equalsIgnoreCase).findFirst()
                .orElseThrow(() -> Refusal.of(400, "%s must be one of %s.".formatted(name, String.join(", ", choices)))));
    }

    public List<String> list(String name) {
        JsonNode value = has(name) ? value(name) : JSON.createArrayNode();
        List<String> texts = StreamSupport.stream(value.spliterator(), false).filter(JsonNode::isTextual)
                .map(text -> text.textValue().strip().toLowerCase(Locale.ROOT)).distinct().toList();
        if (!value.isArray() || texts.isEmpty() || texts.size() < value.size() && !duplicates(value)) {
            throw Refusal.of(400, "%s must be a list of one or more names.".formatted(name));
        }
        return texts;
    }

    private static boolean duplicates(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).allMatch(JsonNode::isTextual);
    }

    private static String shown(String name) {
        return name.length() > 50 ? name.substring(0, 50) + "…" : name;
    }
}
