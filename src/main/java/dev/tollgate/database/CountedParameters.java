package dev.tollgate.database;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * The database as routes see it. Camel's jdbc component asks the driver how many parameters each statement has; SQL
 * Server's driver answers by another call to the server. Here the question marks are counted. A statement of a route must therefore hold no question mark but its parameters. None waits for
 * ever.
 */
final class CountedParameters extends DelegatingDataSource {

    private final int seconds;

    /** @param longest how long one statement may take, in whole seconds: a locked row is no database that is away */
    CountedParameters(DataSource target, Duration longest) {
        super(target);
        this.seconds = (int) longest.toSeconds();
    }

    @Override
    public Connection getConnection() throws SQLException {
        return proxy(Connection.class, super.getConnection(), (target, call) -> {
            Object result = call.invoke(target);
            if (result instanceof Statement statement) {
                statement.setQueryTimeout(seconds);
            }
            boolean prepared = result instanceof PreparedStatement && call.arguments()[0] instanceof String;
            return prepared ? counted((PreparedStatement) result, (String) call.arguments()[0]) : result;
        });
    }

    private static PreparedStatement counted(PreparedStatement statement, String sql) {
        int parameters = (int) sql.chars().filter(c -> c == '?').count();
        ParameterMetaData count = proxy(ParameterMetaData.class, null, (none, call) -> {
            if (!call.name().equals("getParameterCount")) {
                throw new UnsupportedOperationException(call.name());
            }
            return parameters;
        });
        return proxy(PreparedStatement.class, statement,
                (target, call) -> call.name().equals("getParameterMetaData") ? count : call.invoke(target));
    }

    private interface Handler {

        Object handle(Object target, Call call) throws Throwable;
    }

    private record Call(Method method, Object[] arguments) {

        String name() {
            return method.getName();
        }

        Object invoke(Object target) throws Throwable {
            try {
                return method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }

    private static <T> T proxy(Class<T> type, T target, Handler handler) {
        InvocationHandler calls = (proxy, method, arguments) -> handler.handle(target, new Call(method, arguments));
        return type.cast(Proxy.newProxyInstance(CountedParameters.class.getClassLoader(), new Class<?>[] {type}, calls));
    }
}
