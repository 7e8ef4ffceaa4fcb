package dev.tollgate.xai;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;

/** Checks the body of {@code POST /judge}; every problem is named, not the first one only. */
final class JudgeQuestionReader {

    private static final int MAX_CHARS = 2_000;
    private static final Pattern DECIMAL = Pattern.compile("\\s{0,10}[+-]?\\d{1,40}(\\.\\d{1,40})?\\s{0,10}");
    private static final String EXAMPLE =
            "Send {\"title\":\"Biology 101\",\"category\":\"Textbook\",\"season\":\"Fall\",\"price\":89.99}.";

    /** Bound: the fields of one question. */
    private final List<String> problems = new ArrayList<>();

    private JudgeQuestionReader() {
    }

    static JudgeQuestion read(byte[] body) {
        try {
            JsonNode root = Json.STRICT.readTree(body);
            return root.isObject() ? new JudgeQuestionReader().read(root)
                    : new JudgeQuestion.Rejected(List.of("The body is not a JSON object. " + EXAMPLE));
        } catch (JsonProcessingException notJson) {
            return new JudgeQuestion.Rejected(List.of("The body is not JSON: " + notJson.getOriginalMessage() + ". " + EXAMPLE));
        } catch (IOException notText) {
            return new JudgeQuestion.Rejected(List.of("The body is not UTF-8 text. " + EXAMPLE));
        }
    }

    private JudgeQuestion read(JsonNode root) {
        String title = text(root, "title");
        String category = text(root, "category");
        JsonNode told = root.path("season");
        boolean hasSeason = !told.isMissingNode() && !told.isNull() && !(told.isTextual() && told.textValue().isBlank());
        String season = hasSeason ? text(root, "season") : "";
        BigDecimal price = price(root.path("price"));
        if (!problems.isEmpty()) {
            return new JudgeQuestion.Rejected(List.copyOf(problems));
        }
        JudgeRequest request = new JudgeRequest(title, category, season, price);
        return new JudgeQuestion.Accepted(request, request.key().text());
    }

    private String text(JsonNode root, String field) {
        JsonNode value = root.path(field);
        if (!value.isTextual() || value.textValue().isBlank()) {
            problems.add(field + " is missing or not a text: send it as a JSON string that is not blank.");
        } else if (value.textValue().length() > MAX_CHARS) {
            problems.add(field + " has " + value.textValue().length() + " characters: send at most " + MAX_CHARS + ".");
        } else if (holdsHalfACharacter(value.textValue())) {
            problems.add(field + " holds half of a surrogate pair: send whole Unicode characters.");
        }
        return value.textValue();
    }

    private BigDecimal price(JsonNode value) {
        boolean inQuotes = value.isTextual() && DECIMAL.matcher(value.textValue()).matches();
        if (!value.isNumber() && !inQuotes) {
            problems.add("price is missing or not a number: send it without currency sign or thousands separator, such as 89.99.");
            return null;
        }
        BigDecimal price = inQuotes ? new BigDecimal(value.textValue().strip()) : value.decimalValue();
        if (price.signum() < 0) {
            problems.add("price is negative: send 0 or more.");
        } else if (price.signum() > 0 && (long) price.precision() - price.scale() > 12) {
            problems.add("price has more than 12 digits before the point: send US dollars.");
        } else if (price.scale() > 20) {
            problems.add("price has more than 20 decimals: two of them count.");
        }
        return price;
    }

    /** Such a text has no UTF-8 form of its own: its key would be stored as another's. */
    private static boolean holdsHalfACharacter(String text) {
        return text.codePoints().anyMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }
}
