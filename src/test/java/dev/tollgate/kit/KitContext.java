package dev.tollgate.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.springframework.mock.env.MockEnvironment;

import dev.tollgate.door.CallerWatch;
import dev.tollgate.gateway.ClusterGate;
import dev.tollgate.gateway.RetryProperties;
import dev.tollgate.metrics.CallMeters;

/** The kit's own kamelets in a Camel context of their own, with nothing around them. */
public final class KitContext implements AutoCloseable {

    private final Kit kit;
    private final CamelContext context = new DefaultCamelContext();
    private final Buckets buckets;

    public KitContext(Path data, Clock clock) {
        buckets = new Buckets(data, clock);
        kit = new Kit(buckets, new Quotas(data, clock), new Caches(data, clock), new Breakers(), null, new Concurrencies(), null,
                new CallerWatch(), new CallMeters(new SimpleMeterRegistry()), new KitThreads(new MockEnvironment()),
                new RetryProperties(3, Duration.ofMillis(1), Duration.ofMillis(10), 2.0, false), ClusterGate.ofOneNode(), new MockEnvironment(),
                clock);
        context.getRegistry().bind("kit", kit);
        context.getRegistry().bind("kitDelays", new KitConfiguration().kitDelays());
        context.start();
        load(kamelets());
    }

    /** Loads a route, of a file below the project or of a text. */
    public void load(String name, String yaml) {
        load(List.of(ResourceHelper.fromString("file:" + name, yaml)));
    }

    /** The buckets, to declare one before a route names it. */
    public Buckets buckets() {
        return buckets;
    }

    private void load(List<Resource> resources) {
        try {
            PluginHelper.getRoutesLoader(context).loadRoutes(resources);
        }
        catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Resource> kamelets() {
        try (Stream<Path> files = Files.list(Path.of("routes/shared/kit"))) {
            return files.filter(file -> file.toString().endsWith(".kamelet.yaml")).sorted().map(KitContext::resource).toList();
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Resource resource(Path file) {
        try {
            return ResourceHelper.fromString("file:" + file.getFileName(), Files.readString(file));
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public CamelContext context() {
        return context;
    }

    @Override
    public void close() {
        context.stop();
        buckets.close();
        kit.callers().close();
    }
}
