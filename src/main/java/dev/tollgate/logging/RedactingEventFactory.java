package dev.tollgate.logging;

import java.util.List;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.Marker;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.impl.DefaultLogEventFactory;
import org.apache.logging.log4j.message.Message;
import org.apache.logging.log4j.message.SimpleMessage;

/**
 * Makes every log event without secrets, in its message and in its exceptions. It stands before all appenders and layouts,
 * also those that somebody adds later, which a rewrite policy or a pattern would not. Named in
 * {@code log4j2.component.properties}; public because Log4j2 makes it.
 */
public final class RedactingEventFactory extends DefaultLogEventFactory {

    /** Longer messages are cut here, so that a full queue of them has a bound. */
    static final int MAX_CHARACTERS = 32_768;

    @Override
    public LogEvent createEvent(String loggerName, Marker marker, String fqcn, Level level, Message data,
            List<Property> properties, Throwable t) {
        return super.createEvent(loggerName, marker, fqcn, level, clean(data), properties, CutThrowable.cut(t));
    }

    @Override
    public LogEvent createEvent(String loggerName, Marker marker, String fqcn, StackTraceElement location, Level level,
            Message data, List<Property> properties, Throwable t) {
        return super.createEvent(loggerName, marker, fqcn, location, level, clean(data), properties, CutThrowable.cut(t));
    }

    private static Message clean(Message message) {
        String text = message.getFormattedMessage();
        if (text == null) {
            return message;
        }
        // Shortened before as well, with room to spare, so that nobody's megabytes are searched for secrets.
        String clean = shorten(Redactor.redact(shorten(text, 2 * MAX_CHARACTERS)), MAX_CHARACTERS);
        return text.equals(clean) ? message : new SimpleMessage(clean);
    }

    private static String shorten(String text, int characters) {
        return text.length() <= characters ? text : text.substring(0, characters - 1) + "…";
    }
}
