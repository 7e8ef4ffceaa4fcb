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
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.logging.Logger;

/** A JDBC driver in front of another one, {@code jdbc:faulty:h2:…} for {@code jdbc:h2:…}, whose statements and commits fail on order. */
public final class FaultyDriver implements Driver {

    private static final String PREFIX = "jdbc:faulty:";
    private static final AtomicInteger STEPS = new AtomicInteger();
    private static volatile Supplier<SQLException> fault;
    private static volatile int every;

    /** From now on every so many-th statement or commit fails; at a commit half of the times when it is done already. */
    static void fail(int everySoMany, Supplier<SQLException> with) {
        every = everySoMany;
        fault = with;
    }

    static void mend() {
        fault = null;
    }

    private static boolean isDue() {
        return fault != null && STEPS.incrementAndGet() % every == 0;
    }

    @Override
    public Connection connect(String url, Properties info) throws SQLException {
        return acceptsURL(url) ? proxy(Connection.class, DriverManager.getConnection("jdbc:" + url.substring(PREFIX.length()), info)) : null;
    }

    private static <T> T proxy(Class<T> type, T target) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            boolean commit = method.getName().equals("commit");
            boolean due = (commit || method.getName().startsWith("execute")) && isDue();
            boolean after = due && commit && STEPS.get() % 2 == 0;
            Supplier<SQLException> now = fault;
            if (due && !after && now != null) {
                throw now.get();
            }
            try {
                Object result = method.invoke(target, arguments);
                if (after && now != null) {
                    throw now.get();
                }
                return result instanceof PreparedStatement statement ? proxy(PreparedStatement.class, statement) : result;
            }
            catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return type.cast(Proxy.newProxyInstance(FaultyDriver.class.getClassLoader(), new Class<?>[] {type}, handler));
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
