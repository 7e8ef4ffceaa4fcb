package dev.tollgate.logging;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.util.function.Function;

import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.db.ColumnMapping;
import org.apache.logging.log4j.core.layout.AbstractStringLayout;

/** What stands in each column of ApplicationLogs. The appender cuts a text to the width that it finds the column to have. */
final class LogColumns {

    /** For columns without a width of their own. */
    private static final int MAX_CHARACTERS = 65_536;

    private LogColumns() {
    }

    static ColumnMapping[] all() {
        return new ColumnMapping[] {
            ColumnMapping.newBuilder().setName("Timestamp").setColumnType(Timestamp.class).build(),
            text("LogLevel", event -> event.getLevel().name()),
            text("Logger", LogEvent::getLoggerName),
            text("Message", event -> event.getMessage().getFormattedMessage()),
            text("Exception", event -> stackTrace(event.getThrown())),
            text("Module", event -> event.getSource() == null ? null : event.getSource().getClassName()),
            text("FunctionName", event -> event.getSource() == null ? null : event.getSource().getMethodName()),
            column("LineNumber", Integer.class, LogColumns::line),
            text("RequestID", event -> Redactor.redact(event.getContextData().getValue("requestId"))),
        };
    }

    private static String line(LogEvent event) {
        boolean known = event.getSource() != null && event.getSource().getLineNumber() >= 0;
        return known ? Integer.toString(event.getSource().getLineNumber()) : null;
    }

    private static String stackTrace(Throwable thrown) {
        if (thrown == null) {
            return null;
        }
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static ColumnMapping text(String name, Function<LogEvent, String> value) {
        return column(name, String.class, value);
    }

    private static ColumnMapping column(String name, Class<?> type, Function<LogEvent, String> value) {
        return ColumnMapping.newBuilder().setName(name).setColumnType(type).setLayout(new ColumnLayout(value)).build();
    }

    private static final class ColumnLayout extends AbstractStringLayout {

        private final transient Function<LogEvent, String> value;

        ColumnLayout(Function<LogEvent, String> value) {
            super(StandardCharsets.UTF_8);
            this.value = value;
        }

        @Override
        public String toSerializable(LogEvent event) {
            String text = value.apply(event);
            if (text == null) {
                return null;
            }
            // PostgreSQL refuses the character NUL in a text.
            String clean = text.indexOf('\0') < 0 ? text : text.replace("\0", "");
            return clean.length() <= MAX_CHARACTERS ? clean : clean.substring(0, MAX_CHARACTERS);
        }
    }
}
