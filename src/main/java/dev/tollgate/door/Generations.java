package dev.tollgate.door;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.camel.CamelContext;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.model.ModelCamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

import dev.tollgate.check.Finding;
import dev.tollgate.check.RouteCheck;
import dev.tollgate.check.RuleId;
import dev.tollgate.explain.RuleBook;
import dev.tollgate.gateway.DoorProperties;
import dev.tollgate.gateway.keys.Entrances;
import dev.tollgate.settings.SettingException;

/**
 * Holds the generation that serves, and replaces it. The first one is built before the web server opens, its jobs begin
 * after that, and the last one is closed after the web server has finished its requests.
 */
@Component
class Generations implements SmartLifecycle, Entrances, ServedPaths, RuleBook {

    private static final Logger log = LoggerFactory.getLogger(Generations.class);

    private static final String REMEDY = "Correct the files, or move them out of the folder; mvn -q compile exec:java@check-routes says "
            + "the same without a start";

    /**
     * A set of routes that was not taken.
     *
     * @param at when
     * @param findings why
     */
    record Rejection(Instant at, List<Finding> findings) {
    }

    /** A set of routes that serves, and what is told about it. */
    private record Taken(Generation generation, RouteSet routes, RouteCheck.Verdict verdict, Instant since) {
    }

    private final RouteFiles files;
    private final GenerationFactory factory;
    private final DoorProperties properties;
    private final RouteCheck check;
    private final Clock clock;
    private final AtomicReference<Taken> taken = new AtomicReference<>();
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
            Generation generation = active();
            generation.enter();
            if (generation == active()) {
                return generation;
            }
            generation.leave(); // replaced in between: the next one serves
        }
    }

    /** The generation that serves; null before the first and after the last. */
    Generation active() {
        Taken set = taken.get();
        return set == null ? null : set.generation;
    }

    private Optional<Taken> taken() {
        return Optional.ofNullable(taken.get());
    }

    @Override
    public Set<String> firstParts() {
        return active().firstParts();
    }

    @Override
    public Optional<Rule> find(String stepId) {
        return active().find(stepId);
    }

    @Override
    public List<Served> entrances() {
        return active().served();
    }

    @Override
    public CamelContext routes() {
        return active().routes();
    }

    /** Name of the generation that serves; empty while none does. */
    Optional<String> name() {
        return taken().map(Taken::generation).map(Generation::name);
    }

    /** When it took over. */
    Optional<Instant> since() {
        return taken().map(Taken::since);
    }

    /** The last set that was not taken; null once a later one was. */
    Rejection rejection() {
        return rejection;
    }

    /** Warnings about the routes that serve; they were taken all the same. */
    List<Finding> warnings() {
        return taken().map(Taken::verdict).map(RouteCheck.Verdict::warnings).orElse(List.of());
    }

    /** What lies among the routes that serve and was not loaded, with what to do. */
    List<String> ignored() {
        return taken().stream().flatMap(set -> Stream.concat(set.routes.ignored().stream(), set.verdict.ignored().stream())).toList();
    }

    /** Lets these routes take over, if nothing is wrong with them; else the old ones serve on. */
    void renew(RouteSet routes) {
        if (taken().filter(set -> routes.isSameAs(set.routes)).isPresent()) {
            rejection = null; // taken back
            return;
        }
        try {
            RouteCheck.Verdict verdict = judge(routes);
            if (!verdict.isGood()) {
                reject(verdict.errors());
                return;
            }
            replace(factory.build(routes), routes, verdict);
        }
        catch (GenerationFactory.NotLoadedException e) {
            log.debug("A set of routes cannot be loaded", e);
            reject(List.of(e.finding()));
        }
        catch (Throwable e) { // told like every other reason, and the watcher goes on
            log.error("A set of routes could not be judged or put in the place of another", e);
            reject(List.of(new Finding(routes.location(), 1, RuleId.NOT_LOADED, "These routes cannot be taken: " + e)));
        }
    }

    private RouteCheck.Verdict judge(RouteSet routes) {
        RouteCheck.Verdict verdict = check.judge(routes.files());
        return new RouteCheck.Verdict(Stream.concat(routes.problems().stream(), verdict.findings().stream()).toList(), verdict.ignored());
    }

    private void reject(List<Finding> findings) {
        rejection = new Rejection(clock.instant(), findings);
        log.error("The edited routes are not taken, the old ones serve on: {}", findings);
    }

    private synchronized void replace(Generation next, RouteSet routes, RouteCheck.Verdict verdict) throws Exception {
        Taken before = taken.get();
        Generation old = before.generation;
        List<Finding> known = warnings();
        take(new Taken(next, routes, verdict, clock.instant()));
        try {
            old.handOver();
            next.takeOver();
        }
        catch (Throwable e) { // what starts by itself does not start: all of the edit is taken, or none of it
            taken.set(before);
            next.handOver();
            old.takeOver();
            drain(next);
            throw new GenerationFactory.NotLoadedException(whyNot(next, routes, e), e);
        }
        List<Finding> added = verdict.warnings().stream().filter(warning -> !known.contains(warning)).toList();
        log.info("The edited routes serve as {}{}", next.name(), added.isEmpty() ? "" : ", with " + added);
        drain(old);
    }

    private static Finding whyNot(Generation generation, RouteSet routes, Throwable failure) {
        return LoadFailure.read(failure, routes, (ModelCamelContext) generation.routes());
    }

    private void take(Taken set) {
        taken.set(set);
        rejection = null;
    }

    private void drain(Generation generation) {
        Thread drain = new Thread(() -> close(generation), "drain-" + generation.name());
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

    /** Judges as an edit is judged, so that what may start may be replaced. */
    @Override
    public void start() {
        RouteSet routes = files.read();
        RouteCheck.Verdict verdict = judge(routes);
        if (!verdict.isGood()) {
            throw new SettingException(sentence(verdict.errors()), REMEDY);
        }
        try {
            take(new Taken(factory.build(routes), routes, verdict, clock.instant()));
        }
        catch (GenerationFactory.NotLoadedException e) {
            throw new SettingException(sentence(List.of(e.finding())), REMEDY, e);
        }
        if (!verdict.warnings().isEmpty()) {
            log.warn("The routes serve, with {}", verdict.warnings());
        }
    }

    private static String sentence(List<Finding> errors) {
        return "The routes cannot be served: " + errors.stream().map(Finding::toString).collect(Collectors.joining("\n"));
    }

    /**
     * Starts what starts by itself, now that the web server is open: a job may call this gateway, as all do in the sandbox,
     * where it is its own upstream.
     *
     * @throws SettingException if one of them does not start
     */
    @EventListener(ApplicationStartedEvent.class)
    synchronized void begin() {
        Taken set = taken.get();
        try {
            set.generation.takeOver();
        }
        catch (FailedToStartRouteException e) {
            throw new SettingException(sentence(List.of(whyNot(set.generation, set.routes, e))), REMEDY, e);
        }
    }

    @Override
    public void stop() {
        close(taken.getAndSet(null).generation);
    }

    @Override
    public boolean isRunning() {
        return taken.get() != null;
    }

    @Override
    public int getPhase() {
        return 0; // before the web server starts, after it has stopped
    }
}
