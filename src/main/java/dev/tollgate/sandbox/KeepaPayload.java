package dev.tollgate.sandbox;

import java.io.IOException;
import java.util.Base64;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.tollgate.keepa.KeepaCall;

/** What stands in a simulated reply beside the envelope: enough for a client to parse, the same for the same call. */
final class KeepaPayload {

    private static final byte[] PIXEL = Base64.getDecoder().decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR4"
            + "2mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=");

    private KeepaPayload() {
    }

    /** The picture that {@code graphimage} answers: one pixel. */
    static byte[] png() {
        return PIXEL.clone();
    }

    static void write(KeepaCall call, JsonGenerator json) throws IOException {
        switch (call.endpoint()) {
            case "product" -> products(call, json);
            case "query" -> finder(call, json);
            case "seller" -> objects(json, "sellers", "sellerId", call.param("seller"));
            case "category" -> objects(json, "categories", "catId", call.param("category"));
            case "search" -> emptyArray(json, "products");
            case "bestsellers" -> emptyObject(json, "bestSellersList");
            case "deal" -> emptyObject(json, "deals");
            case "topseller" -> emptyArray(json, "sellerIdList");
            case "lightningdeal" -> emptyArray(json, "lightningDeals");
            case "tracking" -> emptyArray(json, "trackings");
            default -> { }
        }
    }

    private static void products(KeepaCall call, JsonGenerator json) throws IOException {
        int asked = (call.number("offers", 0, 0, 100) + 9) / 10;
        json.writeArrayFieldStart("products");
        for (String asin : (call.param("asin") + "," + call.param("code")).split(",")) {
            if (!asin.isBlank()) {
                json.writeStartObject();
                json.writeStringField("asin", asin.trim());
                json.writeNumberField("domainId", call.number("domain", 1, 1, 12));
                json.writeStringField("title", "Sample product " + asin.trim());
                json.writeNumberField("offersFound", 10 * KeepaFinds.offerPages(asin.trim(), asked));
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    private static void finder(KeepaCall call, JsonGenerator json) throws IOException {
        long matches = KeepaFinds.matches(call);
        json.writeArrayFieldStart("asinList");
        for (int i = 0; i < matches; i++) {
            json.writeString(String.format("B%09d", i));
        }
        json.writeEndArray();
        json.writeNumberField("totalResults", matches);
    }

    private static void objects(JsonGenerator json, String field, String id, String names) throws IOException {
        json.writeObjectFieldStart(field);
        for (String name : names.split(",")) {
            if (!name.isBlank()) {
                json.writeObjectFieldStart(name.trim());
                json.writeStringField(id, name.trim());
                json.writeEndObject();
            }
        }
        json.writeEndObject();
    }

    private static void emptyObject(JsonGenerator json, String field) throws IOException {
        json.writeObjectFieldStart(field);
        json.writeEndObject();
    }

    private static void emptyArray(JsonGenerator json, String field) throws IOException {
        json.writeArrayFieldStart(field);
        json.writeEndArray();
    }
}
