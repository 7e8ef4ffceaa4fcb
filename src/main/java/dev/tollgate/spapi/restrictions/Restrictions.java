package dev.tollgate.spapi.restrictions;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

import dev.tollgate.logging.Redactor;
import dev.tollgate.spapi.SpApiError;
import dev.tollgate.spapi.restrictions.Restriction.Link;
import dev.tollgate.spapi.restrictions.Restriction.Reason;
import dev.tollgate.spapi.restrictions.Restriction.Result;

/**
 * Reads the answers of getListingsRestrictions. An empty list means free to list; nothing else does, least of all an error.
 *
 * @see <a href="https://developer-docs.amazon.com/sp-api/docs/listings-restrictions-api-v2021-08-01-reference">Amazon:
 *      Listings Restrictions API v2021-08-01 reference</a>
 */
public final class Restrictions {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OK = 200;

    private Restrictions() {
    }

    /**
     * One verdict for each marketplace asked about, in that order.
     *
     * @param status         HTTP status of the answer
     * @param body           its body, of any kind; may be null
     * @param marketplaceIds what was asked about
     */
    public static List<Restriction> read(int status, @Nullable String body, List<String> marketplaceIds) {
        JsonNode answer = parse(body);
        if (status != OK || !answer.path("restrictions").isArray()) {
            String error = error(status, answer);
            return marketplaceIds.stream().map(id -> Restriction.error(id, error)).toList();
        }
        return marketplaceIds.stream().map(id -> verdict(id, answer.path("restrictions"))).toList();
    }

    private static JsonNode parse(@Nullable String body) {
        try {
            return JSON.readTree(body == null ? "" : body);
        } catch (JsonProcessingException e) {
            return JSON.missingNode(); // then it is an error, named by its status
        }
    }

    private static String error(int status, JsonNode answer) {
        List<SpApiError> errors = SpApiError.read(answer);
        String text = errors.stream()
                .map(error -> error.code() + ": " + error.message() + (error.details().isEmpty() ? "" : " " + error.details()))
                .collect(Collectors.joining("; "));
        String unread = status == OK ? "an answer without restrictions" : "no error that can be read";
        return Redactor.redact("HTTP " + status + ", " + (text.isEmpty() ? unread : text));
    }

    private static Restriction verdict(String marketplaceId, JsonNode restrictions) {
        List<Reason> reasons = new ArrayList<>();
        boolean restricted = false;
        for (JsonNode one : restrictions) {
            String of = one.path("marketplaceId").asText("");
            if (of.isEmpty() || of.equals(marketplaceId)) {
                restricted = true;
                one.path("reasons").forEach(reason -> reasons.add(reason(one.path("conditionType").asText(""), reason)));
            }
        }
        if (!restricted) {
            return new Restriction(marketplaceId, Result.ALLOWED, List.of(), null);
        }
        Result result = reasons.stream().map(reason -> result(reason.code())).min(Comparator.naturalOrder()).orElse(Result.ERROR);
        return new Restriction(marketplaceId, result, reasons,
                result == Result.ERROR ? "Amazon restricts this for a reason that is not known here" : null);
    }

    private static Result result(String code) {
        return switch (code) {
            case "ASIN_NOT_FOUND" -> Result.NOT_FOUND;
            case "NOT_ELIGIBLE" -> Result.NOT_ELIGIBLE;
            case "APPROVAL_REQUIRED" -> Result.APPROVAL_REQUIRED;
            default -> Result.ERROR;
        };
    }

    private static Reason reason(String conditionType, JsonNode reason) {
        List<Link> links = new ArrayList<>();
        reason.path("links").forEach(link -> links.add(new Link(link.path("resource").asText(""), link.path("verb").asText(""),
                link.path("title").asText(""), link.path("type").asText(""))));
        return new Reason(conditionType, reason.path("reasonCode").asText(""), reason.path("message").asText(""), links);
    }
}
