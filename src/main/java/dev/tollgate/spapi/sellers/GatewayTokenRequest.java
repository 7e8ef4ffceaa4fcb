package dev.tollgate.spapi.sellers;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

import dev.tollgate.gateway.QueryString;

/**
 * A token request's parameters. Amazon's documentation sends a form, Amazon's Java SDK a JSON object (its LWAClient);
 * a body that begins with a brace is JSON whatever its type says.
 */
final class GatewayTokenRequest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");

    private GatewayTokenRequest() {
    }

    /** Empty for a body that cannot be read. */
    static Map<String, String> parse(@Nullable String contentType, @Nullable String body) {
        String text = body == null ? "" : body.strip();
        boolean json = text.startsWith("{") || (contentType != null && contentType.toLowerCase(Locale.ROOT).contains("json"));
        return json ? json(text) : form(text);
    }

    /** A parameter whose escapes are broken counts as missing, and that is what the caller is told. */
    private static Map<String, String> form(String text) {
        return new QueryString(QueryString.of(text).parameters().stream().filter(part -> !BROKEN_ESCAPE.matcher(part.raw()).find()).toList())
                .toMap();
    }

    private static Map<String, String> json(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        try {
            JsonNode object = JSON.readTree(text);
            object.fields().forEachRemaining(field -> fields.put(field.getKey(), field.getValue().asText("")));
        } catch (JsonProcessingException e) {
            return Map.of(); // then grant_type is missing, and that is what the caller is told
        }
        return fields;
    }
}
