package dev.tollgate.e2e;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Properties;
import java.util.logging.Logger;

/** A JDBC driver in front of another one, which sees what the gateway asks of the other's connections. */
public abstract class DriverInFront implements Driver {

    private final String prefix;

    /** @param name as it stands in the address: {@code jdbc:name:h2:…} for {@code jdbc:h2:…} */
    protected DriverInFront(String name) {
        prefix = "jdbc:" + name + ":";
    }

    /** The connection to hand out in place of the other driver's. */
    protected abstract Connection inFrontOf(Connection connection);

    static <T> T proxied(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(DriverInFront.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Override
    public Connection connect(String url, Properties info) throws SQLException {
        return acceptsURL(url) ? inFrontOf(DriverManager.getConnection("jdbc:" + url.substring(prefix.length()), info)) : null;
    }

    @Override
    public boolean acceptsURL(String url) {
        return url.startsWith(prefix);
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
