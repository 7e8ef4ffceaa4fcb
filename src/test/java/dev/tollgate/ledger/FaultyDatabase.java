package dev.tollgate.ledger;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/** A driver that fails on order: as a statement is run, at the commit before it is done, or when it is done already. */
final class FaultyDatabase extends DelegatingDataSource {

    enum Where {
        STATEMENT, COMMIT, AFTER_COMMIT
    }

    private final AtomicInteger calls = new AtomicInteger();
    private volatile Supplier<SQLException> fault;
    private volatile Where where;
    private volatile int every;

    FaultyDatabase(DataSource target) {
        super(target);
    }

    /** From now on every so many-th such step fails. */
    void fail(Where step, int everySoMany, Supplier<SQLException> with) {
        where = step;
        every = everySoMany;
        fault = with;
    }

    void mend() {
        fault = null;
    }

    private void step(Where step) throws SQLException {
        Supplier<SQLException> now = fault;
        if (now != null && step == where && calls.incrementAndGet() % every == 0) {
            throw now.get();
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        return proxy(Connection.class, super.getConnection());
    }

    private <T> T proxy(Class<T> type, T target) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            String name = method.getName();
            if (name.startsWith("execute")) {
                step(Where.STATEMENT);
            } else if (name.equals("commit")) {
                step(Where.COMMIT);
            }
            try {
                Object result = method.invoke(target, arguments);
                if (name.equals("commit")) {
                    step(Where.AFTER_COMMIT);
                }
                return result instanceof PreparedStatement statement ? proxy(PreparedStatement.class, statement) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return type.cast(Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {type}, handler));
    }
}
