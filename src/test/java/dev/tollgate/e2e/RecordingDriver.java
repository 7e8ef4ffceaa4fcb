package dev.tollgate.e2e;

import java.lang.reflect.InvocationTargetException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A JDBC driver in front of another one, {@code jdbc:recorded:h2:…} for {@code jdbc:h2:…}, that remembers what ran and what failed. */
public final class RecordingDriver extends DriverInFront {

    /** Statements that ended well, and the words of the database for those that did not; bounded by the gateway's statements. */
    static final Set<String> RAN = ConcurrentHashMap.newKeySet();
    static final Map<String, String> FAILED = new ConcurrentHashMap<>();

    static void forget() {
        RAN.clear();
        FAILED.clear();
    }

    public RecordingDriver() {
        super("recorded");
    }

    @Override
    protected Connection inFrontOf(Connection connection) {
        return proxy(Connection.class, connection, null);
    }

    private static <T> T proxy(Class<T> type, T target, String prepared) {
        return proxied(type, (proxy, method, arguments) -> {
            boolean text = arguments != null && arguments.length > 0 && arguments[0] instanceof String;
            boolean runs = method.getName().startsWith("execute");
            String sql = !text ? prepared : runs || method.getName().startsWith("prepare") ? ((String) arguments[0]).replaceAll("\\s+", " ").strip() : null;
            try {
                Object result = method.invoke(target, arguments);
                if (runs && sql != null) {
                    RAN.add(sql);
                }
                return result instanceof PreparedStatement statement ? proxy(PreparedStatement.class, statement, sql)
                        : result instanceof Statement statement ? proxy(Statement.class, statement, null) : result;
            }
            catch (InvocationTargetException e) {
                if (sql != null) {
                    FAILED.put(sql, String.valueOf(e.getCause().getMessage()));
                }
                throw e.getCause();
            }
        });
    }
}
