package dev.tollgate.logging;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Marker;
import org.apache.logging.log4j.MarkerManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.filter.AbstractFilter;

/**
 * Bounds what somebody without a key can have logged: of each kind of line one an interval passes, and at the interval's end
 * one line says how many more there were. A line is of that sort when it is logged for an {@link UnknownCaller}, whoever logs
 * it, or when the web server warns, which speaks before any filter does. Everything else passes untouched.
 *
 * <p>Log4j2's own BurstFilter drops lines without a word. This filter stands at the root logger, before every appender.
 */
final class ProvokedLines extends AbstractFilter {

    static final Duration INTERVAL = Duration.ofMinutes(1);

    /** Kinds of lines told apart; the rest is one kind more. */
    static final int MAX_KINDS = 200;
    private static final int EXAMPLE = 300;
    private static final Marker SUMMARY = MarkerManager.getMarker("tollgate-provoked-lines");
    private static final List<String> WEB_SERVER = List.of("org.apache.catalina", "org.apache.coyote", "org.apache.tomcat");
    private static final Kind OTHERS = new Kind("dev.tollgate.logging", Level.WARN, "", "");

    /** Text with parameters tells by its format; any other may hold what the caller wrote, and tells nothing. */
    private record Kind(String logger, Level level, String format, String thrown) {
    }

    private static final class Window {
        private final String example;
        private long end;
        private long left;

        Window(String example) {
            this.example = example;
        }
    }

    private final LoggerContext context;
    private final LongSupplier nanos;
    /** Bound: {@value #MAX_KINDS} and one, of EXAMPLE characters each. */
    private final Map<Kind, Window> windows = new ConcurrentHashMap<>();
    private volatile long interval = INTERVAL.toNanos();

    /** @param nanos a time that only goes on */
    ProvokedLines(LoggerContext context, LongSupplier nanos) {
        super(Result.NEUTRAL, Result.NEUTRAL);
        this.context = context;
        this.nanos = nanos;
        start();
        addTo(context.getConfiguration());
        context.addPropertyChangeListener(change -> {
            if (change.getNewValue() instanceof Configuration anew) {
                addTo(anew);
            }
        });
    }

    /** The one of this process, whose logging is one, too. */
    private static final class OfThisProcess {
        private static final ProvokedLines FILTER = begin();

        private static ProvokedLines begin() {
            ProvokedLines filter = new ProvokedLines((LoggerContext) LogManager.getContext(false), System::nanoTime);
            Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "provoked-lines");
                thread.setDaemon(true);
                return thread;
            }).scheduleWithFixedDelay(filter::tick, 1, 1, TimeUnit.SECONDS);
            return filter;
        }
    }

    /** Begins to bound; called by every start in a process, of which tests make several. */
    static void bound(Duration interval) {
        OfThisProcess.FILTER.every(interval);
        OfThisProcess.FILTER.addTo(OfThisProcess.FILTER.context.getConfiguration());
    }

    /** Says what was left out so far, before the log ends. */
    static void tellAll() {
        OfThisProcess.FILTER.tell(Long.MAX_VALUE);
    }

    void every(Duration time) {
        interval = time.toNanos();
    }

    private void addTo(Configuration configuration) {
        configuration.getRootLogger().removeFilter(this);
        configuration.getRootLogger().addFilter(this);
    }

    @Override
    public Result filter(LogEvent event) {
        return event.getMarker() == SUMMARY || !isProvoked(event) || passes(event) ? Result.NEUTRAL : Result.DENY;
    }

    private static boolean isProvoked(LogEvent event) {
        return event.getContextData().containsKey(UnknownCaller.MDC_KEY)
                || event.getLevel().isMoreSpecificThan(Level.WARN) && WEB_SERVER.stream().anyMatch(event.getLoggerName()::startsWith);
    }

    private boolean passes(LogEvent event) {
        Kind kind = kind(event);
        Window window = windows.computeIfAbsent(windows.size() < MAX_KINDS || windows.containsKey(kind) ? kind : OTHERS,
                newKind -> new Window(shortened(event.getMessage().getFormattedMessage())));
        synchronized (window) {
            long now = nanos.getAsLong();
            if (window.end == 0) {
                window.end = now + interval;
                return true;
            }
            window.left++;
            return false;
        }
    }

    private static Kind kind(LogEvent event) {
        Object[] parameters = event.getMessage().getParameters();
        String format = parameters == null || parameters.length == 0 ? "" : event.getMessage().getFormat();
        return new Kind(event.getLoggerName(), event.getLevel(), format == null ? "" : format,
                event.getThrown() == null ? "" : event.getThrown().getClass().getName());
    }

    private static String shortened(String text) {
        return text == null || text.length() <= EXAMPLE ? text : text.substring(0, EXAMPLE) + "…";
    }

    /** Ends the intervals that are over. */
    void tick() {
        tell(nanos.getAsLong());
    }

    private void tell(long now) {
        windows.forEach((kind, window) -> {
            long left;
            synchronized (window) {
                if (now != Long.MAX_VALUE && now - window.end < 0) {
                    return;
                }
                left = window.left;
                window.left = 0;
                window.end += interval; // the line that follows is the next interval's
                if (left == 0) {
                    windows.remove(kind, window);
                }
            }
            if (left > 0) {
                context.getLogger(kind.logger()).log(kind.level(), SUMMARY, "{} more lines like this one were left out within {} s,"
                        + " of callers without a key: {}", left, Duration.ofNanos(interval).toSeconds(), window.example);
            }
        });
    }
}
