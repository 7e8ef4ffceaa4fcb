package dev.tollgate.door;

import dev.tollgate.gateway.DoorProperties;
import dev.tollgate.gateway.keys.Entrances;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

import dev.tollgate.check.Finding;
import dev.tollgate.check.RouteCheck;
import dev.tollgate.explain.RuleBook;

import org.apache.camel.CamelContext;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Holds the generation that serves, and replaces it. The first one is built before the web server opens, its jobs begin
 * after that, and the last one is closed after the web server has finished its requests.
 */
@Component
class Generations implements SmartLifecycle, Entrances, ServedPaths, RuleBook {

    private static final Logger log = LoggerFactory.getLogger(Generations.class);

    /**
     * A set of routes that was not taken.
     *
     * @param at when
     * @param findings why
     */
    record Rejection(Instant at, List<Finding> findings) {
    }

    private final RouteFiles files;
    private final GenerationFactory factory;
    private final DoorProperties properties;
    private final RouteCheck check;
    private final Clock clock;
    private final AtomicReference<Generation> active = new AtomicReference<>();
    private volatile Instant since;
    private volatile Rejection rejection;

    Generations(RouteFiles files, GenerationFactory factory, DoorProperties properties, Environment environment,
            Clock clock) {
        this.files = files;
        this.factory = factory;
        this.properties = properties;
        this.check = RouteCheck.beforeServing(environment::containsProperty);
        this.clock = clock;
    }

    /** The generation that serves, entered: the caller must {@link Generation#leave() leave} it. */
    Generation enter() {
        while (true) {
            Generation generation = active.get();
            generation.enter();
            if (generation == active.get()) {
                return generation;
            }
            generation.leave(); // replaced in between: the next one serves
        }
    }

    Generation active() {
        return active.get();
    }

    @Override
    public Set<String> firstParts() {
        return active.get().firstParts();
    }

    @Override
    public Optional<Rule> find(String stepId) {
        return active.get().find(stepId);
    }

    @Override
    public List<Served> entrances() {
        return active.get().served();
    }

    @Override
    public CamelContext routes() {
        return active.get().routes();
    }

    /** When the active generation took over. */
    Instant since() {
        return since;
    }

    /** The last set that was not taken; null once a later one was. */
    Rejection rejection() {
        return rejection;
    }

    /** Lets these routes take over, if nothing is wrong with them; else the old ones serve on. */
    void renew(RouteSet routes) {
        List<Finding> findings = check.check(routes.files());
        if (!findings.isEmpty()) {
            reject(findings);
            return;
        }
        try {
            replace(factory.build(routes));
        }
        catch (Exception e) {
            log.debug("A set of routes cannot be loaded", e);
            reject(List.of(LoadFailure.read(e, routes)));
        }
    }

    /** Checks the routes that serve, so that the first edit need not wait until the schema is read. */
    void rehearse() {
        List<Finding> findings = check.check(files.read().files());
        if (!findings.isEmpty()) {
            log.warn("The routes serve, but an edit of them would be refused: {}", findings);
        }
    }

    private void reject(List<Finding> findings) {
        rejection = new Rejection(clock.instant(), findings);
        log.error("The edited routes are not taken, the old ones serve on: {}", findings);
    }

    private synchronized void replace(Generation next) throws Exception {
        Generation old = active.getAndSet(next);
        since = clock.instant();
        rejection = null;
        old.handOver();
        next.takeOver();
        log.info("The edited routes serve as {}", next.name());
        Thread drain = new Thread(() -> close(old), "drain-" + old.name());
        drain.setDaemon(true);
        drain.start();
    }

    private void close(Generation generation) {
        try {
            generation.close(properties.drainTimeout());
        }
        catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void start() {
        try {
            active.set(factory.build(files.read()));
            since = clock.instant();
        }
        catch (Exception e) {
            throw new IllegalStateException("The routes cannot be started: " + e.getMessage(), e);
        }
    }

    /**
     * Starts what starts by itself, now that the web server is open: a job may call this gateway, as all do in the sandbox,
     * where it is its own upstream.
     */
    @EventListener(ApplicationStartedEvent.class)
    synchronized void begin() throws Exception {
        active.get().takeOver();
    }

    @Override
    public void stop() {
        close(active.getAndSet(null));
    }

    @Override
    public boolean isRunning() {
        return active.get() != null;
    }

    @Override
    public int getPhase() {
        return 0; // before the web server starts, after it has stopped
    }
}
