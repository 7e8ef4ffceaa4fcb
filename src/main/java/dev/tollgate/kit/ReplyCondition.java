package dev.tollgate.kit;

import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.camel.Exchange;

/**
 * Tells replies of one kind: alternatives with commas between them, each of parts with {@code +} between them that must all
 * hold. A part is a status ({@code 429}), a place that is in the reply ({@code header:retry-after}), or a place with its value
 * ({@code body:/error/code=THROTTLED}) or without it ({@code !=}); an asterisk at either end of a value stands for any text.
 */
record ReplyCondition(List<List<Part>> alternatives) {

    private static final Pattern STATUS = Pattern.compile("[1-5]\\d\\d");
    private static final Pattern PLACE = Pattern.compile("(.+?)(?:(!?=)([^=]*))?");
    static final String REMEDY = "statuses, or places in the reply, alone or with their value, such as 429,403+header:x-remaining=0";

    /**
     * @param status null where a place counts
     * @param value null for any
     * @param differs whether the value must be another one, or the place not be there
     */
    private record Part(String status, ReplyValue place, Pattern value, boolean differs) {

        boolean holds(Exchange reply, Supplier<JsonNode> body) {
            return status != null ? status.equals(String.valueOf(Reply.status(reply)))
                    : place.in(reply, body).filter(text -> value == null || value.matcher(text).matches()).isPresent() != differs;
        }
    }

    static ReplyCondition read(KameletParameters given, String property) {
        return new ReplyCondition(Stream.of(given.text(property).split(",")).map(String::strip).filter(text -> !text.isEmpty())
                .map(alternative -> Stream.of(alternative.split("\\+", -1)).map(part -> part(part.strip(), given, property)).toList())
                .toList());
    }

    private static Part part(String text, KameletParameters given, String property) {
        if (STATUS.matcher(text).matches()) {
            return new Part(text, null, null, false);
        }
        Matcher part = PLACE.matcher(text);
        ReplyValue place = part.matches() ? ReplyValue.of(part.group(1)).filter(ReplyValue::anywhere).orElse(null) : null;
        return given.require(place != null, property, REMEDY, place == null ? null
                : new Part(null, place, part.group(3) == null ? null : value(part.group(3)), "!=".equals(part.group(2))));
    }

    private static Pattern value(String text) {
        String inner = text.replaceFirst("^\\*", "").replaceFirst("\\*$", "");
        return Pattern.compile((text.startsWith("*") ? ".*" : "") + Pattern.quote(inner) + (text.endsWith("*") ? ".*" : ""),
                Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    boolean holds(Exchange reply, Supplier<JsonNode> body) {
        return alternatives.stream().anyMatch(parts -> parts.stream().allMatch(part -> part.holds(reply, body)));
    }
}
