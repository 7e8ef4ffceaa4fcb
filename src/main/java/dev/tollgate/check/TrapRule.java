package dev.tollgate.check;

import java.util.List;
import java.util.function.Consumer;

/** What the DSL accepts and Camel 4.17 then does otherwise than its reader expects. */
final class TrapRule implements Rule {

    @Override
    public void check(List<Part> parts, Consumer<Finding> findings) {
        for (Part part : parts) {
            part.yaml().all().filter(piece -> "from".equals(piece.key()))
                    .forEach(from -> entrance(new Step("from", from), findings));
            part.steps().forEach(step -> {
                switch (step.kind()) {
                    case "circuitBreaker" -> breaker(step.yaml(), findings);
                    case "throttle" -> throttle(step.yaml(), findings);
                    case "saga" -> findings.accept(step.yaml().finding(
                            "A saga lets any caller join it by a header (CVE-2026-85312): write doTry with a compensating step"));
                    default -> { }
                }
            });
        }
    }

    private static void entrance(Step from, Consumer<Finding> findings) {
        String uri = from.address().map(Yaml::text).findFirst().orElse("");
        if (!uri.startsWith("platform-http")) {
            return;
        }
        String path = from.parameter("path");
        if (path.isEmpty()) {
            path = uri.replaceFirst("platform-http:?(//(?!/))?", "").replaceFirst("\\?.*", "");
        }
        if (!path.startsWith("/") && !path.startsWith("{{")) {
            findings.accept(from.place("path").finding(
                    "The path %s can become an open proxy (CVE-2026-85316): begin it with a slash".formatted(path)));
        }
        if (from.parameter("httpMethodRestrict").matches(".*(\\s|%20|\\+).*")) {
            findings.accept(from.place("httpMethodRestrict").finding(
                    "A space in httpMethodRestrict lets every method in: separate the methods by commas alone"));
        }
    }

    private static void breaker(Yaml breaker, Consumer<Finding> findings) {
        String settings = "resilience4jConfiguration";
        if (!breaker.has("onFallback")
                && !breaker.text(settings, "throwExceptionWhenHalfOpenOrOpenState").equals("true")) {
            findings.accept(breaker.finding("While this breaker is open callers get 200 with their own request: set "
                    + "throwExceptionWhenHalfOpenOrOpenState: true in its resilience4jConfiguration, or add onFallback"));
        }
        for (String name : List.of("ignoreException", "recordException")) {
            if (breaker.has(settings, name)) {
                findings.accept(breaker.get(settings, name).finding(name
                        + " swallows exceptions, so that a failure becomes 200: remove it and decide in the route that is called"));
            }
        }
        if (breaker.text(settings, "timeoutEnabled").equals("true")) {
            findings.accept(breaker.get(settings, "timeoutEnabled").finding(
                    "A late answer overwrites the fallback: remove timeoutEnabled and set responseTimeout on the call"));
        }
    }

    private static void throttle(Yaml throttle, Consumer<Finding> findings) {
        if (throttle.text("mode").equals("ConcurrentRequests")) {
            findings.accept(throttle.get("mode").finding(
                    "This mode forgets calls that take longer than ten seconds: use a gate bean, or mode TotalRequests"));
        }
    }
}
