package dev.tollgate.kit;

import java.net.URISyntaxException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.apache.camel.CamelContext;
import org.apache.camel.model.KameletDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.util.StringHelper;
import org.apache.camel.util.URISupport;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

import dev.tollgate.door.ServedPaths;
import dev.tollgate.explain.Explainer;
import dev.tollgate.explain.Explanation;
import dev.tollgate.explain.OwnApis;
import dev.tollgate.explain.Question;

/**
 * What a call of an API meets whose policies are kamelets of the kit: each is asked in the order of the route's steps.
 *
 * @param served asked later: the routes need the kit first
 */
@Component
record OwnApiExplainers(ObjectProvider<ServedPaths> served, Clock clock) implements OwnApis {

    private static final Set<String> PARAMETERS = Set.of("caller", "cost", "priority");

    private record Use(String step, KitPolicy policy) {
    }

    private record OwnApi(String api, List<Use> uses, Clock clock) implements Explainer {

        @Override
        public Set<String> parameters() {
            return PARAMETERS;
        }

        /** The first policy that would not let it pass at once. */
        @Override
        public Explanation explain(Question question) {
            return uses.stream().map(use -> use.policy().explain(question, use.step())).flatMap(Optional::stream).findFirst()
                    .orElseGet(() -> Explanation.passes(uses.get(uses.size() - 1).step(), clock.instant()));
        }
    }

    @Override
    public Map<String, Explainer> explainers() {
        ModelCamelContext routes = (ModelCamelContext) served.getObject().routes();
        Map<String, List<Use>> uses = new LinkedHashMap<>();
        for (RouteDefinition route : routes.getRouteDefinitions()) {
            List<Use> own = route.isTemplate() == null || !route.isTemplate() ? uses(route, routes) : List.of();
            if (!own.isEmpty()) {
                uses.computeIfAbsent(route.getGroup() == null ? route.getRouteId() : route.getGroup(), api -> new ArrayList<>()).addAll(own);
            }
        }
        Map<String, Explainer> explainers = new TreeMap<>();
        uses.forEach((api, own) -> explainers.put(api, new OwnApi(api, own, clock)));
        return explainers;
    }

    /** The parameter {@code name} of a kamelet's step, which Camel keeps as a query. */
    private static String nameIn(String step) {
        try {
            return String.valueOf(URISupport.parseQuery(StringHelper.after(step, "?", "")).getOrDefault("name", ""));
        } catch (URISyntaxException e) {
            throw new IllegalStateException("Camel took the kamelet " + step, e);
        }
    }

    private static List<Use> uses(RouteDefinition route, CamelContext context) {
        List<Use> uses = new ArrayList<>();
        for (KameletDefinition step : ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), KameletDefinition.class)) {
            String kamelet = StringHelper.before(step.getName(), "?", step.getName());
            if (kamelet.endsWith("-action")) {
                String name = context.resolvePropertyPlaceholders(nameIn(step.getName()));
                KitUses.of(context).find(kamelet.substring(0, kamelet.length() - "-action".length()), name)
                        .ifPresent(policy -> uses.add(new Use(step.getId(), policy)));
            }
        }
        return uses;
    }
}
