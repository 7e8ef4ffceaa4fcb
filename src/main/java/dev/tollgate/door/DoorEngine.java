package dev.tollgate.door;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.HttpEndpointModel;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.PlatformHttpListener;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;

/**
 * Gives a generation's {@code platform-http} endpoints entrances that the door can call, and remembers them all: the
 * component itself keeps one endpoint a path, and would forget the POST of a path that serves GET as well.
 */
final class DoorEngine implements PlatformHttpEngine, PlatformHttpListener {

    /** Bound: entrances of the route files. */
    private final List<HttpEndpointModel> endpoints = new CopyOnWriteArrayList<>();
    private final DoorBinding binding;
    private final Optional<Executor> threads;

    /** @param threads for requests that waited long, where threads are virtual */
    DoorEngine(DoorBinding binding, Optional<Executor> threads) {
        this.binding = binding;
        this.threads = threads;
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        return new DoorConsumer(endpoint, processor, binding, threads);
    }

    @Override
    public void registerHttpEndpoint(HttpEndpointModel endpoint) {
        endpoints.add(endpoint);
    }

    @Override
    public void unregisterHttpEndpoint(HttpEndpointModel endpoint) {
        endpoints.remove(endpoint);
    }

    List<HttpEndpointModel> endpoints() {
        return endpoints;
    }

    @Override
    public int getServerPort() {
        return 0; // the door is not bound to a port of its own
    }
}
