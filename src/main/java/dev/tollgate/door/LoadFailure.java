package dev.tollgate.door;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

import dev.tollgate.check.Components;
import dev.tollgate.check.Finding;
import dev.tollgate.check.RouteFile;
import dev.tollgate.check.RuleId;

/** Turns what Camel says about routes that it cannot load into a finding: the file, the line of the step, the reason, the remedy. */
final class LoadFailure {

    private static final Pattern STEP = Pattern.compile(">>> (.*) <<< in route", Pattern.DOTALL);
    private static final Pattern MISSING = Pattern.compile("(?:component found with scheme|Cannot auto create component): ([\\w+.-]+)");
    private static final Pattern FILE = Pattern.compile("(?:file|classpath):([^,\\s]+\\.ya?ml)");
    private static final Pattern HASH = Pattern.compile("@[0-9a-f]{4,8}\\b");
    private static final Pattern MARK = Pattern.compile("\\s*\\bin (?:reader|\\S+), line \\d+, column \\d+:?.*", Pattern.DOTALL);

    private LoadFailure() {
    }

    /** @param context as far as it came */
    static Finding read(Throwable failure, RouteSet routes, ModelCamelContext context) {
        Throwable root = failure;
        MarkedYamlEngineException marked = null;
        String routeId = null;
        String step = null;
        for (Throwable at = failure; at != null; at = at.getCause() == at ? null : at.getCause()) {
            root = at;
            marked = at instanceof MarkedYamlEngineException found ? found : marked;
            routeId = routeId != null ? routeId // the first: what comes behind it may be a route inside a kamelet
                    : at instanceof FailedToCreateRouteException found ? found.getRouteId()
                    : at instanceof FailedToStartRouteException found ? found.getRouteId() : null;
            Matcher named = STEP.matcher(String.valueOf(at.getMessage()));
            step = step == null && named.find() ? named.group(1) : step;
        }
        String why = reason(failure, root);
        if (marked != null && marked.getProblemMark().isPresent()) {
            return finding(name(marked.getProblemMark().get().getName()), marked.getProblemMark().get().getLine() + 1,
                    MARK.matcher(String.valueOf(marked.getProblem())).replaceFirst("") + (root == marked ? "" : ": " + why));
        }
        if (routeId != null) {
            return inRoute(routeId, step, why, routes, context);
        }
        Matcher named = FILE.matcher(String.valueOf(failure.getMessage()));
        String file = named.find() ? named.group(1) : routes.location();
        int line = root instanceof ClassNotFoundException ? routes.files().stream().filter(one -> one.name().equals(file))
                .mapToInt(one -> lineWith(root(failure).getMessage(), one.text())).max().orElse(1) : 1;
        return finding(file, line, why);
    }

    private static Finding inRoute(String routeId, String step, String why, RouteSet routes, ModelCamelContext context) {
        String text = "The route %s cannot be loaded: %s".formatted(routeId, why);
        RouteDefinition route = context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinition(routeId);
        Optional<ProcessorDefinition<?>> at = route == null || step == null ? Optional.empty() : find(route.getOutputs(), step);
        if (at.isPresent() && at.get().getLocation() != null && at.get().getLineNumber() > 0) {
            return finding(name(at.get().getLocation()), at.get().getLineNumber(), text);
        }
        for (RouteFile file : routes.files()) {
            int line = lineOf(routeId, file.text());
            if (line > 0) {
                return finding(file.name(), line, text);
            }
        }
        return route != null && route.getInput() != null && route.getInput().getLocation() != null
                ? finding(name(route.getInput().getLocation()), Math.max(1, route.getInput().getLineNumber()), text)
                : finding(routes.location(), 1, text);
    }

    private static Optional<ProcessorDefinition<?>> find(List<ProcessorDefinition<?>> steps, String said) {
        for (ProcessorDefinition<?> step : steps) {
            String text = step.toString();
            if (text.equals(said) || said.endsWith("...") && text.startsWith(said.substring(0, said.length() - 3))) {
                return Optional.of(step);
            }
            Optional<ProcessorDefinition<?>> below = find(step.getOutputs(), said);
            if (below.isPresent()) {
                return below;
            }
        }
        return Optional.empty();
    }

    private static String reason(Throwable failure, Throwable root) {
        String said = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        Matcher missing = MISSING.matcher(String.valueOf(failure.getMessage()) + said);
        if (missing.find()) {
            String scheme = missing.group(1);
            return Components.missing(Components.Kind.COMPONENT, scheme)
                    .map(artifact -> ("the component %s is not there. Put org.apache.camel:%s, in the version of Camel that runs here, with what it "
                            + "needs into the folder ext/ beside the gateway, and start it again").formatted(scheme, artifact))
                    .orElse("there is no component " + scheme + ". Correct the name");
        }
        if (root instanceof StackOverflowError) {
            return "it is nested too deep. Write it flatter";
        }
        if (root instanceof NoClassDefFoundError || root instanceof ClassNotFoundException) {
            return "The class " + said.replace('/', '.') + " is missing. Put the jar that has it into the folder ext/ beside the gateway, and start it again";
        }
        return HASH.matcher(said).replaceAll("").strip();
    }

    private static Finding finding(String file, int line, String text) {
        return new Finding(file, line, RuleId.NOT_LOADED, text);
    }

    private static String name(String location) {
        return location.replaceFirst("^(file|classpath|mem):", "");
    }

    private static Throwable root(Throwable failure) {
        return failure.getCause() == null || failure.getCause() == failure ? failure : root(failure.getCause());
    }

    private static int lineWith(String part, String text) {
        List<String> lines = text.lines().toList();
        return IntStream.range(0, lines.size()).filter(i -> lines.get(i).contains(part)).map(i -> i + 1).findFirst().orElse(1);
    }

    private static int lineOf(String routeId, String text) {
        Pattern id = Pattern.compile("(?:id|routeId): *[\"']?" + Pattern.quote(routeId) + "[\"']?\\s*(#.*)?");
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (id.matcher(line.strip().replaceFirst("^- ", "")).matches()) {
                return number;
            }
        }
        return 0;
    }
}
