package dev.tollgate.ledger;

import java.nio.file.Path;

import com.zaxxer.hikari.HikariDataSource;

/** A process with the booking path alone, for {@link KilledBookingTest}: books until it is killed, and says which calls were answered. */
final class KilledBooking {

    static final int CALLERS = 4;

    private KilledBooking() {
    }

    /** @param args data-dir, JDBC address, name of the run */
    public static void main(String[] args) throws Exception {
        HikariDataSource dataSource = new HikariDataSource();
        dataSource.setJdbcUrl(args[1]);
        dataSource.setConnectionTimeout(300);
        dataSource.setInitializationFailTimeout(-1);
        dataSource.setMaximumPoolSize(CALLERS);
        Bench bench = new Bench(dataSource, Path.of(args[0]));
        bench.ledger.begin();
        for (int i = 0; i < CALLERS; i++) {
            String caller = args[2] + "-" + i + "-";
            long token = 1 + i % 2;
            new Thread(() -> bookForEver(bench, caller, token)).start();
        }
    }

    private static void bookForEver(Bench bench, String caller, long token) {
        for (int call = 0; ; call++) {
            if (bench.ledger.book(Bench.usage(caller + call, token, 7)) != Booking.IN_MEMORY) {
                System.out.println("answered " + caller + call + ".");
            }
        }
    }
}
