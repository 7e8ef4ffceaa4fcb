package dev.tollgate.e2e;

import java.lang.reflect.InvocationTargetException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A JDBC driver in front of another one, {@code jdbc:faulty:h2:…} for {@code jdbc:h2:…}, whose statements and commits fail on order. */
public final class FaultyDriver extends DriverInFront {

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

    public FaultyDriver() {
        super("faulty");
    }

    @Override
    protected Connection inFrontOf(Connection connection) {
        return proxy(Connection.class, connection);
    }

    private static <T> T proxy(Class<T> type, T target) {
        return proxied(type, (proxy, method, arguments) -> {
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
        });
    }
}
