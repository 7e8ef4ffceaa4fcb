package dev.tollgate.e2e;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;

/** A JDBC driver in front of another one, {@code jdbc:recorded:h2:…} for {@code jdbc:h2:…}, that remembers what ran and what failed. */
public final class RecordingDriver implements Driver {

    private static final String PREFIX = "jdbc:recorded:";

    /** Statements that ended well, and the words of the database for those that did not; bounded by the gateway's statements. */
    static final Set<String> RAN = ConcurrentHashMap.newKeySet();
    static final Map<String, String> FAILED = new ConcurrentHashMap<>();

    static void forget() {
        RAN.clear();
        FAILED.clear();
    }

    @Override
    public Connection connect(String url, Properties info) throws SQLException {
        return acceptsURL(url) ? proxy(Connection.class, DriverManager.getConnection("jdbc:" + url.substring(PREFIX.length()), info), null) : null;
    }

    private static <T> T proxy(Class<T> type, T target, String prepared) {
        InvocationHandler handler = (proxy, method, arguments) -> {
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
        };
        return type.cast(Proxy.newProxyInstance(RecordingDriver.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Override
    public boolean acceptsURL(String url) {
        return url.startsWith(PREFIX);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getLogger("dev.tollgate.e2e");
    }
}
