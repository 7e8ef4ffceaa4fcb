package dev.tollgate.door;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import org.apache.camel.CamelContext;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.component.platform.http.HttpEndpointModel;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

import dev.tollgate.explain.RuleBook;

/**
 * One complete set of routes, running: a Camel context of its own whose registry is the Spring application context.
 * Immutable once built; a change of the routes builds another one.
 */
final class Generation {

    /** An entrance that fits a request. */
    record Match(DoorConsumer consumer, PathPattern.PathMatchInfo path) {
    }

    /** The methods that a path serves, when the one asked for is not among them. */
    record Lookup(Optional<Match> match, Set<String> allowed) {
    }

    private record Entrance(PathPattern pattern, Set<String> methods, DoorConsumer consumer) {

        /** The first part of every path that it serves; empty where that may be anything. */
        Optional<String> firstPart() {
            String[] parts = pattern.getPatternString().split("/");
            return parts.length > 1 && parts[1].matches("[^{*?]+") ? Optional.of(parts[1]) : Optional.empty();
        }

        boolean serves(String method) {
            return methods.isEmpty() || methods.contains(method);
        }
    }

    private final CamelContext context;
    private final List<String> deferred;
    private final List<String> expected;
    /** Bound: entrances of the route files. */
    private final List<Entrance> entrances = new ArrayList<>();
    /** Those that a path may lead to, by its first part. Bound: entrances of the route files. */
    private final Map<String, List<Entrance>> byFirstPart;
    private final List<Entrance> ofAnyFirstPart;
    private final AtomicInteger inside = new AtomicInteger();
    private volatile boolean begun;

    /**
     * @param context started, with all routes loaded
     * @param deferred ids of the routes that start by themselves (Quartz, files), to be started only when this
     *        generation takes over
     */
    Generation(CamelContext context, List<String> deferred) {
        this.context = context;
        this.deferred = deferred;
        this.expected = context.getRoutes().stream().map(Route::getRouteId)
                .filter(id -> deferred.contains(id) || context.getRouteController().getRouteStatus(id) == ServiceStatus.Started)
                .toList();
        PlatformHttpComponent component = context.getComponent("platform-http", PlatformHttpComponent.class);
        ((DoorEngine) component.getEngine()).endpoints().forEach(this::addEntrance);
        entrances.sort(Comparator.comparing(Entrance::pattern));
        this.byFirstPart = firstParts().stream().collect(Collectors.toMap(part -> part, this::leadingTo));
        this.ofAnyFirstPart = leadingTo(null);
    }

    private List<Entrance> leadingTo(String firstPart) {
        return entrances.stream().filter(entrance -> entrance.firstPart().map(part -> part.equals(firstPart)).orElse(true)).toList();
    }

    private List<Entrance> candidates(PathContainer path) {
        for (PathContainer.Element element : path.elements()) {
            if (element instanceof PathContainer.PathSegment segment) {
                return byFirstPart.getOrDefault(segment.valueToMatch(), ofAnyFirstPart);
            }
        }
        return ofAnyFirstPart;
    }

    private void addEntrance(HttpEndpointModel model) {
        DoorConsumer consumer = (DoorConsumer) model.getConsumer();
        String path = model.getUri().startsWith("/") ? model.getUri() : "/" + model.getUri();
        if (consumer.getEndpoint().isMatchOnUriPrefix()) {
            path = (path.endsWith("/") ? path : path + "/") + "**";
        }
        Set<String> methods = new TreeSet<>();
        if (model.getVerbs() != null) {
            Arrays.stream(model.getVerbs().split(",")).map(String::trim).forEach(methods::add);
        }
        if (methods.contains("GET")) {
            methods.add("HEAD"); // the same answer, of which the server sends no body
        }
        entrances.add(new Entrance(PathPatternParser.defaultInstance.parse(path), methods, consumer));
    }

    /** The most specific entrance for a path and method; where only the method does not fit, the methods that do. */
    Lookup lookup(String method, PathContainer path) {
        Set<String> allowed = new TreeSet<>();
        for (Entrance entrance : candidates(path)) {
            PathPattern.PathMatchInfo match = entrance.pattern.matchAndExtract(path);
            if (match == null) {
                continue;
            }
            if (entrance.serves(method)) {
                return new Lookup(Optional.of(new Match(entrance.consumer, match)), Set.of());
            }
            allowed.addAll(entrance.methods);
        }
        if (!allowed.isEmpty()) {
            allowed.add("OPTIONS");
        }
        return new Lookup(Optional.empty(), allowed);
    }

    Set<String> firstParts() {
        return entrances.stream().flatMap(entrance -> entrance.firstPart().stream()).collect(Collectors.toSet());
    }

    /** A step with its route and file, by the step's id. */
    Optional<RuleBook.Rule> find(String stepId) {
        ModelCamelContext model = (ModelCamelContext) context;
        for (RouteDefinition route : model.getRouteDefinitions()) {
            for (ProcessorDefinition<?> step : ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class)) {
                if (stepId.equals(step.getId())) {
                    return Optional.of(new RuleBook.Rule(fileOf(route), route.getRouteId(), stepId, step.getDescriptionText()));
                }
            }
        }
        return Optional.empty();
    }

    private String fileOf(RouteDefinition route) {
        String folder = context.resolvePropertyPlaceholders("{{routes}}") + "/";
        String file = route.getResource() == null ? "" : route.getResource().getLocation().replace('\\', '/');
        return file.startsWith(folder) ? file.substring(folder.length()) : file;
    }

    List<ServedPaths.Served> served() {
        return entrances.stream().map(entrance -> new ServedPaths.Served(entrance.pattern.getPatternString(),
                entrance.methods, descriptionOf(entrance.consumer.getRoute()))).toList();
    }

    /** The entrance of a Rest DSL verb knows no route; there the verb is described. */
    private static String descriptionOf(Route route) {
        return route == null ? null : route.getDescription();
    }

    CamelContext routes() {
        return context;
    }

    void enter() {
        inside.incrementAndGet();
    }

    void leave() {
        if (inside.decrementAndGet() == 0) {
            synchronized (inside) {
                inside.notifyAll();
            }
        }
    }

    /**
     * Starts what starts by itself; called when this generation has taken over.
     *
     * @throws FailedToStartRouteException if one of them does not start
     */
    void takeOver() throws FailedToStartRouteException {
        try {
            for (String routeId : deferred) {
                begin(routeId);
            }
        }
        finally {
            begun = true;
        }
    }

    private void begin(String routeId) throws FailedToStartRouteException {
        try {
            context.getRouteController().startRoute(routeId);
        }
        catch (Throwable e) { // a class that is missing is an Error
            throw e instanceof FailedToStartRouteException named ? named : new FailedToStartRouteException(routeId, e.getMessage(), e);
        }
    }

    /** Stops what starts by itself, so that it does not run in two generations. */
    void handOver() throws Exception {
        begun = false;
        for (String routeId : deferred) {
            context.getRouteController().stopRoute(routeId);
        }
    }

    /**
     * Ids of routes that should run and do not, be they stopped or gone. One whose file says autoStartup: false need not,
     * nor need one that starts by itself before the generation has taken over: a job of the one before may end until then.
     */
    List<String> notRunning() {
        return expected.stream().filter(id -> begun || !deferred.contains(id))
                .filter(id -> context.getRouteController().getRouteStatus(id) != ServiceStatus.Started).toList();
    }

    /** Every route of this generation. */
    List<Route> everyRoute() {
        return context.getRoutes();
    }

    /** Name of the context, which counts the generations. */
    String name() {
        return context.getName();
    }

    /** Waits until the last request inside is done, at most so long, then stops the context. */
    void close(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (inside) {
            for (long left; inside.get() > 0 && (left = deadline - System.nanoTime()) > 0;) {
                inside.wait(Math.max(1, left / 1_000_000));
            }
        }
        context.stop();
    }
}
