package dev.tollgate.jobs;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tollgate.spapi.restrictions.RestrictionOrder;

/** A kind of job whose order holds nothing that counts, but a token that nobody may read afterwards. */
final class TestKind implements JobKind {

    static final String TYPE = "test";

    private final int itemsAPart;

    TestKind() {
        this(WHOLE);
    }

    TestKind(int itemsAPart) {
        this.itemsAPart = itemsAPart;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String api() {
        return "keepa";
    }

    @Override
    public void check(JsonNode fields, List<String> items) {
        if (items == null) {
            throw new IllegalArgumentException("asins must be a list of ASINs");
        }
    }

    @Override
    public int itemsAPart() {
        return itemsAPart;
    }

    @Override
    public JsonNode afterwards(JsonNode fields) {
        return RestrictionOrder.withoutToken(fields);
    }

    @Override
    public String seller(JsonNode fields) {
        return fields.path("sellerId").asText(null);
    }

    @Override
    public long etaSeconds(Job job) {
        return job.left();
    }
}
