package dev.tollgate.check;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a finding is about. An error keeps a set of routes from being taken; a warning is shown and can be silenced beside
 * the step, by {@code x-tollgate-allow: [name-of-the-rule]}.
 */
public enum RuleId {

    /** The file cannot be read: no text in UTF-8, a link to nowhere, a folder without the right to look into it. */
    UNREADABLE_FILE(Severity.ERROR, "A file that cannot be read, is larger than 3 MB, or is a link to nowhere"),
    /** The text is no YAML. */
    NOT_YAML(Severity.ERROR, "Text that is no YAML, or is nested deeper than 200 levels"),
    /** The YAML holds no routes although it was meant to. */
    NO_ROUTES(Severity.ERROR, "YAML that is no list of routes, as when the dash before `route` is missing"),
    /** The YAML DSL does not have it. */
    UNKNOWN_OPTION(Severity.ERROR, "An option, a step or a value that the YAML DSL does not have, or that is missing or empty"),
    /** Nothing was loaded: Camel said why. */
    NOT_LOADED(Severity.ERROR, "What only loading tells: an endpoint without its options, a bean that is not there"),
    /** Two of one id. */
    DUPLICATE_ID(Severity.ERROR, "Two routes, configurations or steps with one id: Camel keeps one of them, or none"),
    /** Two consumers of one direct endpoint. */
    TWO_CONSUMERS(Severity.ERROR, "Two routes that begin with the same `direct:` endpoint"),
    /** A call to a route that is not there. */
    NO_CONSUMER(Severity.ERROR, "A step or a verb that leads to a `direct:` endpoint that no route begins with"),
    /** A component that is not on the class path. */
    MISSING_COMPONENT(Severity.ERROR, "A component, language or data format whose jar is not there: it belongs into `ext/`"),
    /** Text of a caller as an address. */
    CALLER_ADDRESS(Severity.ERROR, "A caller's text that becomes an address or a part of one"),
    /** A path that makes an open proxy. */
    OPEN_PROXY(Severity.ERROR, "A path of `platform-http` without its slash, which makes an open proxy (CVE-2026-85316)"),
    /** A placeholder without a value. */
    UNKNOWN_SETTING(Severity.ERROR, "A placeholder that names no setting and has no default"),
    /** A kamelet that is not there, or not as it is used. */
    KAMELET(Severity.ERROR, "A kamelet that is not there, a property that it does not have, lacks or refuses"),
    /** A template that is not there, or not as it is used. */
    TEMPLATE(Severity.ERROR, "A route template that is not there, a parameter that it does not have or lacks"),
    /** What is shared under a name has two sets of numbers. */
    SAME_NAME(Severity.ERROR, "Two uses of a policy under one name with different numbers"),

    /** The gateway answers for it. */
    NO_ERROR_HANDLER(Severity.WARNING, "A route for callers without error handling of its own: the gateway answers its errors"),
    /** A configuration that no pattern meets. */
    UNKNOWN_CONFIGURATION(Severity.WARNING, "A `routeConfigurationId` that no configuration has"),
    /** A queue leads to no route yet. */
    NO_ROUTE_YET(Severity.WARNING, "A `seda:` queue that no route takes from yet"),
    /** Nobody calls a route yet. */
    NOBODY_CALLS(Severity.WARNING, "A `direct:` route that nobody calls"),
    /** Two verbs lead to one route. */
    SHARED_VERB(Severity.WARNING, "Two verbs that lead to one route, whose errors are then answered by the route alone"),
    /** A breaker without a fallback. */
    BREAKER_FALLBACK(Severity.WARNING, "A breaker that answers 200 with the caller's own request while it is open"),
    /** A breaker that makes 200 of failures. */
    BREAKER_EXCEPTIONS(Severity.WARNING, "A breaker with `ignoreException` or `recordException`, which make 200 of a failure"),
    /** A breaker whose time-out comes late. */
    BREAKER_TIMEOUT(Severity.WARNING, "A breaker with `timeoutEnabled`: a late answer overwrites the fallback"),
    /** A throttle that forgets. */
    THROTTLE_MODE(Severity.WARNING, "A throttle that counts calls at once, and forgets those of more than ten seconds"),
    /** A saga that any caller can join. */
    SAGA(Severity.WARNING, "A saga, which any caller can join by a header (CVE-2026-85312)"),
    /** An HTTP call whose address headers may replace. */
    HEADER_ADDRESS(Severity.WARNING, "A call over HTTP whose address, path and query headers of the route may replace"),
    /** An HTTP call whose failures nobody judges. */
    UNJUDGED_STATUS(Severity.WARNING, "A call over HTTP that does not say who judges a status other than 2xx"),
    /** A repeated step that forgets the count. */
    ENDLESS_REDELIVERY(Severity.WARNING, "A repeated route that removes the header which counts the attempts"),
    /** Camel does without it. */
    MISSING_OPTION(Severity.WARNING, "A `simple` without its expression, or an interception without its address, which is one of every call"),
    /** Camel takes any property of a kamelet, and any value. */
    KAMELET_VALUE(Severity.WARNING, "A property that a kamelet of Apache's catalog does not have, or a value that it does not describe"),
    /** A kamelet's file. */
    KAMELET_FILE(Severity.WARNING, "A kamelet with another name than its file, or with a property that nothing reads"),
    /** A placeholder that is probably misspelled. */
    SUSPECT_SETTING(Severity.WARNING, "A placeholder with a default that names no setting, where one of nearly that name exists"),
    /** A rule that cannot be silenced, or does not exist. */
    UNKNOWN_RULE(Severity.WARNING, "An `x-tollgate-allow` that names no warning"),
    /** The folder is not as it was. */
    ROUTES_FOLDER(Severity.WARNING, "A routes folder that is gone, empty or too large while the gateway runs"),
    /** How this project names things; asked by {@code check-routes} only. */
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
