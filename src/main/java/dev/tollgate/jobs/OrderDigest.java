package dev.tollgate.jobs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Tells equal orders by a few bytes of each, from which nothing of the order can be read. */
final class OrderDigest {

    private static final ObjectMapper SORTED = JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

    private OrderDigest() {
    }

    /** The same for the same kind, items in the same order, and fields in whatever order. */
    static String of(String type, JsonNode fields, List<String> items) {
        MessageDigest hash = sha256();
        hash.update((type + '\n' + sorted(fields)).getBytes(StandardCharsets.UTF_8));
        for (String item : items == null ? List.<String>of() : items) {
            hash.update(('\n' + item).getBytes(StandardCharsets.US_ASCII));
        }
        return HexFormat.of().formatHex(hash.digest());
    }

    /** The same for the same text. */
    static String of(String text) {
        return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String sorted(JsonNode fields) {
        try {
            return SORTED.writeValueAsString(SORTED.treeToValue(fields, Object.class));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The order is not JSON", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
