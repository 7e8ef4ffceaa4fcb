package dev.tollgate.upstream;

import java.time.Duration;

import org.springframework.util.unit.DataSize;

import dev.tollgate.gateway.BodiesInMemory;

/** HTTP clients with the bounds that a gateway has by itself. */
public final class TestClients {

    private TestClients() {
    }

    public static UpstreamClients usual() {
        return new UpstreamClients(new UpstreamProperties(DataSize.ofKilobytes(64), DataSize.ofMegabytes(64), Duration.ofHours(1)),
                new BodiesInMemory(0));
    }
}
