package dev.tollgate.ledger;

import java.util.UUID;

class H2BookingTest extends BookingSpec {

    @Override
    String url() {
        return "jdbc:h2:mem:" + UUID.randomUUID();
    }
}
