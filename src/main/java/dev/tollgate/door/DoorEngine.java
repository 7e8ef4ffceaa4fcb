package dev.tollgate.door;

import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;

/** Gives a generation's {@code platform-http} endpoints entrances that the door can call. */
final class DoorEngine implements PlatformHttpEngine {

    private final DoorBinding binding;

    DoorEngine(DoorBinding binding) {
        this.binding = binding;
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        return new DoorConsumer(endpoint, processor, binding);
    }

    @Override
    public int getServerPort() {
        return 0; // the door is not bound to a port of its own
    }
}
