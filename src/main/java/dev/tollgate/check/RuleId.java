package dev.tollgate.check;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a finding is about. An error keeps a set of routes from being taken; a warning is shown and can be silenced beside
 * the step, by {@code x-tollgate-allow: [name-of-the-rule]}.
 */
public enum RuleId {

    UNREADABLE_FILE(Severity.ERROR, "A file that cannot be read, is larger than 3 MB, or is a link to nowhere"),
    NOT_YAML(Severity.ERROR, "Text that is no YAML, or is nested deeper than 200 levels"),
    NO_ROUTES(Severity.ERROR, "YAML that is no list of routes, as when the dash before `route` is missing"),
    UNKNOWN_OPTION(Severity.ERROR, "An option, a step or a value that the YAML DSL does not have, or that is missing or empty"),
    NOT_LOADED(Severity.ERROR, "What only loading tells: an endpoint without its options, a bean that is not there"),
    DUPLICATE_ID(Severity.ERROR, "Two routes, configurations or steps with one id: Camel keeps one of them, or none"),
    TWO_CONSUMERS(Severity.ERROR, "Two routes that begin with the same `direct:` endpoint"),
    NO_CONSUMER(Severity.ERROR, "A step or a verb that leads to a `direct:` endpoint that no route begins with"),
    MISSING_COMPONENT(Severity.ERROR, "A component, language or data format whose jar is not there: it belongs into `ext/`"),
    CALLER_ADDRESS(Severity.ERROR, "A caller's text that becomes an address or a part of one"),
    OPEN_PROXY(Severity.ERROR, "A path of `platform-http` without its slash, which makes an open proxy (CVE-2026-85316)"),
    UNKNOWN_SETTING(Severity.ERROR, "A placeholder that names no setting and has no default"),
    KAMELET(Severity.ERROR, "A kamelet that is not there, a property that it does not have, lacks or refuses"),
    TEMPLATE(Severity.ERROR, "A route template that is not there, a parameter that it does not have or lacks"),
    SAME_NAME(Severity.ERROR, "Two uses of a policy under one name with different numbers"),

    NO_ERROR_HANDLER(Severity.WARNING, "A route for callers without error handling of its own: the gateway answers its errors"),
    UNKNOWN_CONFIGURATION(Severity.WARNING, "A `routeConfigurationId` that no configuration has"),
    NO_ROUTE_YET(Severity.WARNING, "A `seda:` queue that no route takes from yet"),
    NOBODY_CALLS(Severity.WARNING, "A `direct:` route that nobody calls"),
    SHARED_VERB(Severity.WARNING, "Two verbs that lead to one route, whose errors are then answered by the route alone"),
    BREAKER_FALLBACK(Severity.WARNING, "A breaker that answers 200 with the caller's own request while it is open"),
    BREAKER_EXCEPTIONS(Severity.WARNING, "A breaker with `ignoreException` or `recordException`, which make 200 of a failure"),
    BREAKER_TIMEOUT(Severity.WARNING, "A breaker with `timeoutEnabled`: a late answer overwrites the fallback"),
    THROTTLE_MODE(Severity.WARNING, "A throttle that counts calls at once, and forgets those of more than ten seconds"),
    SAGA(Severity.WARNING, "A saga, which any caller can join by a header (CVE-2026-85312)"),
    HEADER_ADDRESS(Severity.WARNING, "A call over HTTP whose address, path and query headers of the route may replace"),
    UNJUDGED_STATUS(Severity.WARNING, "A call over HTTP that does not say who judges a status other than 2xx"),
    ENDLESS_REDELIVERY(Severity.WARNING, "A repeated route that removes the header which counts the attempts"),
    MISSING_OPTION(Severity.WARNING, "A `simple` without its expression, or an interception without its address, which is one of every call"),
    KAMELET_VALUE(Severity.WARNING, "A property that a kamelet of Apache's catalog does not have, or a value that it does not describe"),
    KAMELET_FILE(Severity.WARNING, "A kamelet with another name than its file, or with a property that nothing reads"),
    SUSPECT_SETTING(Severity.WARNING, "A placeholder with a default that names no setting, where one of nearly that name exists"),
    UNKNOWN_RULE(Severity.WARNING, "An `x-tollgate-allow` that names no warning"),
    ROUTES_FOLDER(Severity.WARNING, "A routes folder that is gone, empty or too large while the gateway runs"),
    NAMES(Severity.WARNING, "A route or a step without id, description or group (asked for by `check-routes` only)");

    private final Severity severity;
    private final String about;

    RuleId(Severity severity, String about) {
        this.severity = severity;
        this.about = about;
    }

    /** Whether it keeps routes from being taken. */
    public Severity severity() {
        return severity;
    }

    /** What it finds, for the documentation. */
    public String about() {
        return about;
    }

    /** As it is written in {@code x-tollgate-allow}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<RuleId> of(String label) {
        return Stream.of(values()).filter(rule -> rule.label().equals(label)).findFirst();
    }
}
