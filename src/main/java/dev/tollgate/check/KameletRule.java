package dev.tollgate.check;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Who uses a kamelet names it and its properties rightly. Camel would tell late, or take a wrong value as it is. */
final class KameletRule implements Rule {

    /** Kamelets of the kit by the names that they had before 0.2, and as they are called now. */
    private static final Map<String, String> RENAMED = Map.of("toll-bucket", "token-bucket-action", "toll-quota",
            "daily-quota-action", "toll-cache", "cache-action", "toll-retry", "retry-action", "toll-oauth", "oauth-token-action",
            "toll-call", "http-call-action");
    /** In an address these are a kamelet's own two ends. */
    private static final Set<String> ENDS = Set.of("source", "sink");
    /** Options of Camel's own in the address of a kamelet, which never reach a template. */
    static final Set<String> OF_CAMEL = Set.of("templateId", "routeId", "location", "noErrorHandler", "block", "timeout",
            "bridgeErrorHandler", "exceptionHandler", "exchangePattern", "failIfNoConsumers", "lazyStartProducer");

    @Override
    public void check(List<Part> parts, Consumer<Finding> findings) {
        Map<String, Kamelet> kamelets = Kamelet.byName(parts);
        KameletUse.of(parts).forEach(use -> {
            String called = use.kamelet();
            if (kamelets.containsKey(called)) {
                given(use.step(), use.name(), kamelets.get(called), findings);
            } else if (RENAMED.containsKey(called)) {
                findings.accept(use.name().finding(RuleId.KAMELET, "The kamelet %s is called %s now: write that".formatted(called, RENAMED.get(called))));
            } else if (!ENDS.contains(called) && Components.text("kamelets/" + called + ".kamelet.yaml") == null) {
                findings.accept(use.name().finding(RuleId.KAMELET, ("There is no kamelet %s: correct the name, add %s.kamelet.yaml, "
                        + "or put org.apache.camel.kamelets:camel-kamelets into ext/ if it is one of Apache's").formatted(called, called)));
            }
        });
    }

    private static void given(Step step, Yaml name, Kamelet kamelet, Consumer<Finding> findings) {
        Yaml parameters = step.yaml().get("parameters");
        Map<String, Yaml> given = parameters == null ? Map.of() : parameters.fields();
        given.values().stream().filter(value -> !OF_CAMEL.contains(value.key())).forEach(value -> value(value, kamelet, findings));
        String missing = kamelet.required().map(Yaml::text)
                .filter(wanted -> kamelet.properties().get(wanted) == null || !kamelet.properties().get(wanted).has("default"))
                .filter(wanted -> !given.containsKey(wanted) && step.parameter(wanted).isEmpty()).collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            findings.accept(name.finding(RuleId.KAMELET, "The kamelet %s needs %s: add it below parameters".formatted(kamelet.name(), missing)));
        }
    }

    private static void value(Yaml value, Kamelet kamelet, Consumer<Finding> findings) {
        Yaml declared = kamelet.properties().get(value.key());
        String text = value.text() == null ? "" : value.text();
        RuleId rule = kamelet.isOfApache() ? RuleId.KAMELET_VALUE : RuleId.KAMELET;
        if (declared == null) {
            findings.accept(value.finding(rule, "\"%s\" is no property of %s: it has %s"
                    .formatted(value.key(), kamelet.name(), String.join(", ", kamelet.properties().keySet()))));
        } else if (!new KameletProperty(declared).accepts(KameletUse.unwrapped(text))) {
            findings.accept(value.finding(rule, new KameletProperty(declared).complaint(text)));
        } else if (text.contains("&") && !text.startsWith("RAW(")) {
            findings.accept(value.finding(rule, "Camel cuts \"%s\" off at the ampersand: write it as RAW(…)".formatted(value.key())));
        }
    }
}
