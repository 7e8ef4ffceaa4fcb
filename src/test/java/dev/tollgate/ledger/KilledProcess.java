package dev.tollgate.ledger;

import java.nio.file.Path;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;

/** Runs in a process of its own, which a test kills: books, or replays, and says so line by line. */
final class KilledProcess {

    private KilledProcess() {
    }

    public static void main(String[] args) throws Exception {
        HikariDataSource dataSource = new HikariDataSource();
        dataSource.setJdbcUrl(args[2]);
        dataSource.setConnectionTimeout(args[0].equals("book") ? 300 : 5_000);
        dataSource.setInitializationFailTimeout(-1);
        Bench bench = new Bench(dataSource, Path.of(args[1]));
        if (args[0].equals("replay")) {
            System.out.println("replaying");
            while (bench.ledger.spooled() > 0) {
                bench.replayWhenDue();
            }
            return;
        }
        InFlight inFlight = new InFlight(Path.of(args[1]).resolve("spool"), bench.clock);
        for (int i = 0; i < 4; i++) {
            new Thread(() -> bookForEver(bench, inFlight)).start();
        }
    }

    private static void bookForEver(Bench bench, InFlight inFlight) {
        while (true) {
            String callId = UUID.randomUUID().toString();
            inFlight.begin(callId, "req-" + callId, 1L, 7);
            if (bench.ledger.book(Bench.usage(callId, 1L, 7)) == Booking.SPOOLED) {
                inFlight.end(callId);
                System.out.println(callId);
            }
        }
    }
}
