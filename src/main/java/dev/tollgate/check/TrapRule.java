package dev.tollgate.check;

import java.util.List;
import java.util.function.Consumer;

/** What the DSL accepts and Camel 4.17 then does otherwise than its reader expects. */
final class TrapRule implements Rule {

    @Override
    public void check(List<Part> parts, Consumer<Finding> findings) {
        for (Part part : parts) {
            part.yaml().all().filter(piece -> "from".equals(piece.key())).flatMap(from -> Endpoint.of(from).stream())
                    .forEach(from -> entrance(from, findings));
            part.steps().forEach(step -> {
                switch (step.kind()) {
                    case "circuitBreaker" -> breaker(step.yaml(), findings);
                    case "throttle" -> throttle(step.yaml(), findings);
                    case "saga" -> findings.accept(step.yaml().finding(RuleId.SAGA,
                            "A saga lets any caller join it by a header (CVE-2026-85312): write doTry with a compensating step"));
                    default -> { }
                }
            });
        }
    }

    private static void entrance(Endpoint from, Consumer<Finding> findings) {
        if (from.is("platform-http") && !from.path().startsWith("/") && !from.path().startsWith("{{")) {
            findings.accept(from.place("path").finding(RuleId.OPEN_PROXY,
                    "The path %s can become an open proxy (CVE-2026-85316): begin it with a slash".formatted(from.path())));
        }
    }

    private static void breaker(Yaml breaker, Consumer<Finding> findings) {
        String settings = "resilience4jConfiguration";
        if (!breaker.has("onFallback")
                && !breaker.text(settings, "throwExceptionWhenHalfOpenOrOpenState").equals("true")) {
            findings.accept(breaker.finding(RuleId.BREAKER_FALLBACK, "While this breaker is open callers get 200 with their own request: set "
                    + "throwExceptionWhenHalfOpenOrOpenState: true in its resilience4jConfiguration, or add onFallback"));
        }
        for (String name : List.of("ignoreException", "recordException")) {
            if (breaker.has(settings, name)) {
                findings.accept(breaker.get(settings, name).finding(RuleId.BREAKER_EXCEPTIONS, name
                        + " swallows exceptions, so that a failure becomes 200: remove it and decide in the route that is called"));
            }
        }
        if (breaker.text(settings, "timeoutEnabled").equals("true")) {
            findings.accept(breaker.get(settings, "timeoutEnabled").finding(RuleId.BREAKER_TIMEOUT,
                    "A late answer overwrites the fallback: remove timeoutEnabled and set responseTimeout on the call"));
        }
    }

    private static void throttle(Yaml throttle, Consumer<Finding> findings) {
        if (throttle.text("mode").equals("ConcurrentRequests")) {
            findings.accept(throttle.get("mode").finding(RuleId.THROTTLE_MODE,
                    "This mode forgets calls that take longer than ten seconds: use concurrency-action of the kit, or mode TotalRequests"));
        }
    }
}
