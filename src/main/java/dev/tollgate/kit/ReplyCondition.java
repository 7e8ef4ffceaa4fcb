package dev.tollgate.kit;

import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

import org.apache.camel.Exchange;

/**
 * Tells replies of one kind: alternatives with commas between them, each of parts with {@code +} between them that must all
 * hold. A part is a status ({@code 429}) or a place in the reply with its value ({@code body:/error/code=THROTTLED}).
 */
final class ReplyCondition {

    private static final Pattern STATUS = Pattern.compile("[1-5]\\d\\d");
    static final String REMEDY = "statuses, or places in the reply with their value, such as 429,403+header:x-remaining=0";

    private record Part(String status, ReplyValue place, String value) {

        boolean holds(Exchange reply, Supplier<JsonNode> body) {
            return status != null ? status.equals(String.valueOf(Reply.status(reply)))
                    : place.in(reply, body).filter(value::equalsIgnoreCase).isPresent();
        }
    }

    private final List<List<Part>> alternatives;

    private ReplyCondition(List<List<Part>> alternatives) {
        this.alternatives = alternatives;
    }

    static ReplyCondition read(KameletParameters given, String property) {
        return new ReplyCondition(Stream.of(given.text(property).split(",")).map(String::strip).filter(text -> !text.isEmpty())
                .map(alternative -> Stream.of(alternative.split("\\+")).map(part -> part(part.strip(), given, property)).toList())
                .toList());
    }

    private static Part part(String text, KameletParameters given, String property) {
        if (STATUS.matcher(text).matches()) {
            return new Part(text, null, null);
        }
        int equals = text.lastIndexOf('=');
        ReplyValue place = equals < 1 ? null : ReplyValue.of(text.substring(0, equals)).filter(ReplyValue::anywhere).orElse(null);
        return given.require(place != null, property, REMEDY, place == null ? null : new Part(null, place, text.substring(equals + 1)));
    }

    boolean holds(Exchange reply, Supplier<JsonNode> body) {
        return alternatives.stream().anyMatch(parts -> parts.stream().allMatch(part -> part.holds(reply, body)));
    }
}
