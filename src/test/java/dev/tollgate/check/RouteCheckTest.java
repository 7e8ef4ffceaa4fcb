package dev.tollgate.check;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** One small file for each rule; {@code # <--} marks the line that the finding must name. */
class RouteCheckTest {

    private static final RouteCheck CHECK = new RouteCheck(Set.of("demo.path", "demo.base-url")::contains);

    /** A whole route that is right, to hang a step into. */
    private static final String ROUTE = """
            - routeConfiguration:
                id: errors
                errorHandler:
                  noErrorHandler: {}
            - route:
                id: demo
                description: A route to try a step in
                group: demo
                routeConfigurationId: errors
                from:
                  uri: platform-http:/demo
                  steps:
                    - log:
                        id: demo-start
                        message: It begins
            """;

    private record Case(String name, String expected, String yaml) {

        @Override
        public String toString() {
            return name;
        }
    }

    @Test
    void aVerbMayStandInAnotherFileThanItsRoute() {
        String verb = """
                - rest:
                    id: demo
                    get:
                      - path: /a
                        to: direct:inner
                """;
        String route = ROUTE.substring(0, ROUTE.indexOf("- route:\n")) + inner("inner", "direct:inner")
                .replace("    from:", "    routeConfigurationId: errors\n    from:");

        assertThat(CHECK.check(List.of(new RouteFile("one.camel.yaml", verb + route)))).isEmpty();
        assertThat(CHECK.check(List.of(new RouteFile("one.camel.yaml", verb), new RouteFile("two.camel.yaml", route)))).isEmpty();
        assertThat(CHECK.check(List.of(new RouteFile("one.camel.yaml", verb)))).singleElement().asString()
                .startsWith("one.camel.yaml:5: No route consumes direct:inner");
    }

    @ParameterizedTest
    @MethodSource({"syntax", "names", "calls", "templates", "configurations", "traps", "http", "redelivery", "placeholders"})
    void theMarkedLineIsTheOnlyFinding(Case broken) {
        List<String> lines = broken.yaml.lines().toList();
        int marked = IntStream.range(0, lines.size()).filter(i -> lines.get(i).contains("# <--")).findFirst().orElseThrow();

        List<Finding> findings = CHECK.check(List.of(new RouteFile("demo.camel.yaml", broken.yaml)));

        assertThat(findings).singleElement().satisfies(finding -> {
            assertThat(finding.text()).contains(broken.expected);
            assertThat(finding.file()).isEqualTo("demo.camel.yaml");
            assertThat(finding.line()).isEqualTo(marked + 1);
        });
    }

    static Stream<Case> syntax() {
        return Stream.of(
                new Case("no YAML", "This is not YAML: ", """
                        - route:
                            id: "demo
                        # <--"""),
                new Case("an alias without end", "An alias leads back into itself", """
                        - &route  # <--
                          route: *route
                        """),
                step("an option twice", "\"id\" stands a second time, first in line 17", """
                        - log:
                            id: demo-log
                            id: demo-log  # <--
                            message: x
                        """),
                step("a misspelled option", "\"expresion\" is no option here", """
                        - setBody:
                            id: demo-body
                            expression:
                              constant:
                                expresion: x  # <--
                        """),
                step("a misspelled language", "None of what \"expression\" may hold is there", """
                        - setBody:
                            id: demo-body
                            expression:  # <--
                              constnt: x
                        """),
                step("a misspelled step", "\"lag\" is no option here", """
                        - lag:  # <--
                            id: demo-log
                        """),
                step("an option that is missing", "\"name\" is missing in \"setHeader\"", """
                        - setHeader:  # <--
                            id: demo-header
                            expression:
                              constant:
                                expression: x
                        """),
                step("a list that should be a text", "\"expression\" has the wrong type (array found, string expected)", """
                        - delay:
                            id: demo-delay
                            description: Wait
                            expression:
                              constant:
                                expression: [5]  # <--
                        """),
                new Case("routes without a dash", "Routes are a list: write a dash before each of route", """
                        route:  # <--
                          id: demo
                        """.replace("route:  # <--", "route: # <--")),
                new Case("a text", "There are no routes in this file", "hello  # <--\n"),
                step("options that are not indented", "\"log\" is empty", """
                        - log:  # <--
                        - stop:
                            id: demo-stop
                        """),
                step("a value out of a list", "choose one of them", """
                        - log:
                            id: demo-log
                            message: x
                            loggingLevel: LOUD  # <--
                        """),
                step("two steps behind one dash", "Two steps in one list entry", """
                        - log:  # <--
                            id: demo-log
                            message: x
                          stop:
                            id: demo-stop
                        """));
    }

    static Stream<Case> names() {
        return Stream.of(
                new Case("a route without an id", "This route has no id", ROUTE.replace("- route:", "- route:  # <--")
                        .replace("    id: demo\n", "")),
                new Case("a route without a description", "This route has no description",
                        ROUTE.replace("- route:", "- route:  # <--").replaceAll(" +description.*\n", "")),
                new Case("a route without a group", "This route has no group",
                        ROUTE.replace("- route:", "- route:  # <--").replaceAll(" +group.*\n", "")),
                new Case("a route without a name at all", "A route without a name", """
                        - from:  # <--
                            uri: timer:x
                            steps:
                              - stop: {}
                        """),
                new Case("a rest without an id", "This rest has no id", """
                        - rest:  # <--
                            path: /demo
                        """),
                new Case("a configuration without an id", "This routeConfiguration has no id", """
                        - routeConfiguration:  # <--
                            errorHandler:
                              noErrorHandler: {}
                        """),
                new Case("a route out of a template without an id", "This templatedRoute has no routeId", """
                        - routeTemplate:
                            id: demo-template
                            route:
                              description: A route to be
                              group: demo
                              from:
                                uri: timer:x
                                steps:
                                  - stop: {}
                        - templatedRoute:  # <--
                            routeTemplateRef: demo-template
                        """),
                new Case("two routes of one id", "The id demo is taken by demo.camel.yaml:6", ROUTE + """
                        - route:
                            id: demo  # <--
                            description: The same again
                            group: demo
                            from:
                              uri: timer:x
                              steps:
                                - stop: {}
                        """),
                step("two steps of one id", "The id demo-stop is taken by demo.camel.yaml:17", """
                        - stop:
                            id: demo-stop
                        - stop:
                            id: demo-stop  # <--
                        """),
                step("an id in camel case", "The id demoStop is not in kebab-case", """
                        - stop:
                            id: demoStop  # <--
                        """),
                step("a call without an id", "This to has no id", """
                        - to:  # <--
                            description: Somewhere
                            uri: mock:x
                        """),
                step("a breaker without a description", "This circuitBreaker has no description", """
                        - circuitBreaker:  # <--
                            id: demo-breaker
                            onFallback:
                              steps:
                                - stop: {}
                            steps:
                              - stop: {}
                        """));
    }

    static Stream<Case> calls() {
        return Stream.of(
                step("a call that nobody answers", "No route consumes direct:nowhere", """
                        - to:
                            id: demo-to
                            description: Nobody there
                            uri: direct:nowhere?timeout=5  # <--
                        """),
                step("a tap that nobody answers", "No route consumes seda:nowhere", """
                        - wireTap:
                            id: demo-tap
                            description: Nobody there
                            uri: seda:nowhere  # <--
                        """),
                new Case("a route that nobody calls", "Nobody calls direct:inner", ROUTE + inner("inner", "direct:inner  # <--")),
                new Case("two consumers", "direct:inner is consumed in demo.camel.yaml:25 as well", with("""
                        - to:
                            id: demo-to
                            description: One of two
                            uri: direct:inner
                        """) + inner("inner", "direct:inner") + inner("inner-2", "direct:inner  # <--")),
                new Case("two verbs with one route", "direct:inner belongs to the verb in demo.camel.yaml:5 already", """
                        - rest:
                            id: demo
                            get:
                              - path: /a
                                to: direct:inner
                              - path: /b
                                to: direct:inner  # <--
                        - routeConfiguration:
                            id: errors
                            errorHandler:
                              noErrorHandler: {}
                        """ + inner("inner", "direct:inner\n").replace("    from:", "    routeConfigurationId: errors\n    from:")));
    }

    static Stream<Case> templates() {
        return Stream.of(
                templated("a template that is not there", "There is no routeTemplate demo-templat", """
                            routeTemplateRef: demo-templat  # <--
                            parameters:
                              - name: word
                                value: x
                        """),
                templated("a parameter that is not there", "\"wort\" is no parameter of demo-template: it has word, other", """
                            routeTemplateRef: demo-template
                            parameters:
                              - name: word
                                value: x
                              - name: wort  # <--
                                value: x
                        """),
                templated("a parameter that is missing", "The routeTemplate demo-template needs word", """
                            routeTemplateRef: demo-template  # <--
                            parameters:
                              - name: other
                                value: x
                        """));
    }

    private static Case templated(String name, String expected, String use) {
        return new Case(name, expected, """
                - routeTemplate:
                    id: demo-template
                    parameters:
                      - name: word
                      - name: other
                        defaultValue: y
                    route:
                      description: A route to be
                      group: demo
                      from:
                        uri: timer:{{word}}
                        steps:
                          - log:
                              message: "{{other}}"
                - templatedRoute:
                    routeId: demo
                """ + use);
    }

    static Stream<Case> configurations() {
        return Stream.of(
                new Case("a configuration that does not exist", "No routeConfiguration has the id erors",
                        ROUTE.replace("routeConfigurationId: errors", "routeConfigurationId: erors  # <--")),
                new Case("a pattern that matches none", "No routeConfiguration has the id other*",
                        ROUTE.replace("routeConfigurationId: errors", "routeConfigurationId: err*,other*  # <--")),
                new Case("an entrance without one", "This route has no error handling of its own",
                        ROUTE.replace("- route:", "- route:  # <--").replaceAll(" +routeConfigurationId.*\n", "")),
                new Case("a template's entrance without one", "This route has no error handling of its own", """
                        - routeTemplate:
                            id: demo-template
                            route:  # <--
                              description: One of many
                              group: demo
                              from:
                                uri: platform-http:/demo
                                steps:
                                  - stop: {}
                        """),
                new Case("a route behind rest without one", "This route has no error handling of its own", """
                        - rest:
                            id: demo
                            get:
                              - path: /a
                                to: direct:inner
                        """ + inner("inner", "direct:inner").replace("- route:", "- route:  # <--")));
    }

    static Stream<Case> traps() {
        return Stream.of(
                new Case("a path without a slash", "The path demo can become an open proxy",
                        ROUTE.replace("platform-http:/demo", "platform-http:demo  # <--")),
                new Case("a path with the slashes of a scheme", "The path demo can become an open proxy",
                        ROUTE.replace("platform-http:/demo", "platform-http://demo  # <--")),
                new Case("a path without a slash, below parameters", "The path demo can become an open proxy",
                        ROUTE.replace("uri: platform-http:/demo", "uri: platform-http").replace("      steps:", """
                              parameters:
                                path: demo  # <--
                              steps:""".indent(6).stripTrailing())),
                step("a breaker that answers 200", "While this breaker is open callers get 200", """
                        - circuitBreaker:  # <--
                            id: demo-breaker
                            description: Breaks
                            steps:
                              - stop: {}
                        """),
                step("ignoreException", "ignoreException swallows exceptions", breaker("""
                        ignoreException:  # <--
                          - java.lang.Exception
                        """)),
                step("recordException", "recordException swallows exceptions", breaker("""
                        recordException:  # <--
                          - java.lang.Exception
                        """)),
                step("a breaker's own time-out", "A late answer overwrites the fallback", breaker("""
                        timeoutEnabled: true  # <--
                        """)),
                step("a throttle that counts calls in flight", "This mode forgets calls", """
                        - throttle:
                            id: demo-throttle
                            description: Not so fast
                            mode: ConcurrentRequests  # <--
                            expression:
                              constant:
                                expression: "3"
                        """),
                step("a saga", "A saga lets any caller join it", """
                        - saga:  # <--
                            id: demo-saga
                            steps:
                              - stop: {}
                        """));
    }

    static Stream<Case> http() {
        return Stream.of(
                step("a call that headers can lead elsewhere", "Headers that the route sets", """
                        - to:
                            id: demo-to
                            description: Out
                            uri: "{{demo.base-url}}/v1"  # <--
                            parameters:
                              throwExceptionOnFailure: false
                        """),
                step("the same address, in parts", "Headers that the route sets", """
                        - to:
                            id: demo-to
                            description: Out
                            uri: http  # <--
                            parameters:
                              httpUri: example.com/v1
                              throwExceptionOnFailure: false
                        """),
                step("an address for the next call out of a header", "Text of a caller becomes the address", """
                        - setHeader:  # <--
                            id: demo-header
                            name: CamelHttpUri
                            expression:
                              header:
                                expression: X-Target
                        """),
                step("receivers out of a header", "What a caller wrote is taken as an address", """
                        - recipientList:
                            id: demo-list
                            expression:
                              header:  # <--
                                expression: X-Target
                        """),
                step("an address out of a variable that is the caller's", "Text of a caller becomes part of an address", """
                        - setVariable:
                            id: demo-variable
                            name: target
                            expression:
                              simple:
                                expression: ${header.X-Target}
                        - toD:
                            id: demo-to
                            description: Wherever they want
                            uri: file:${variable.target}  # <--
                        """),
                step("a component that is not there", "put org.apache.camel:camel-kafka", """
                        - to:
                            id: demo-to
                            description: Out
                            uri: kafka:topic  # <--
                        """),
                step("a language that is not there", "put org.apache.camel:camel-groovy", """
                        - setBody:
                            id: demo-body
                            expression:
                              groovy:  # <--
                                expression: body.reverse()
                        """),
                step("a data format that is not there", "put org.apache.camel:camel-avro", """
                        - unmarshal:
                            id: demo-unmarshal
                            avro:  # <--
                              instanceClassName: demo.Demo
                        """),
                step("a call whose failures nobody judges", "Nothing says who judges a status", """
                        - to:
                            id: demo-to
                            description: Out
                            uri: https://example.com?bridgeEndpoint=true  # <--
                        """),
                step("an address out of a header", "Text of a caller becomes part of an address", """
                        - toD:
                            id: demo-to
                            description: Wherever they want
                            uri: file:${header.name}  # <--
                        """),
                step("an enrichment out of the body", "Text of a caller becomes part of an address", """
                        - pollEnrich:
                            id: demo-enrich
                            description: Whatever they want
                            expression:
                              simple:
                                expression: file:${body}  # <--
                        """));
    }

    static Stream<Case> redelivery() {
        String repeating = with("""
                - to:
                    id: demo-to
                    description: Repeated
                    uri: direct:inner
                """).replace("      noErrorHandler: {}", """
                      deadLetterChannel:
                        deadLetterUri: mock:lost
                        redeliveryPolicy:
                          maximumRedeliveries: 3
                """.indent(6).stripTrailing());
        String forgetful = inner("inner", "direct:inner").replace("- stop: {}", """
                - removeHeaders:  # <--
                            id: demo-strip
                            pattern: "*"
                            excludePattern: "X-.*|{{demo.path}}"\
                """);
        return Stream.of(new Case("a repeated step that forgets the count", "removes the header that counts the attempts",
                repeating + forgetful));
    }

    static Stream<Case> placeholders() {
        return Stream.of(
                step("a setting that does not exist", "The setting demo.pfad does not exist", """
                        - log:
                            id: demo-log
                            message: "{{routes}} {{demo.path}} {{demo.pfad}}"  # <--
                        """),
                new Case("a setting that does not exist, in a template", "The setting demo.pfad does not exist", """
                        - routeConfiguration:
                            id: errors
                            errorHandler:
                              noErrorHandler: {}
                        - routeTemplate:
                            id: demo-template
                            parameters:
                              - name: name
                            route:
                              description: "One of many: {{name}} of {{demo.{{name}}}}"
                              group: "{{demo.pfad}}"  # <--
                              routeConfigurationId: errors
                              from:
                                uri: platform-http:/demo/{{name}}
                                steps:
                                  - stop: {}
                        """),
                step("a setting of ours that a default hides", "there is tollgate.keepa.max-wait", """
                        - log:
                            id: demo-log
                            message: "{{env:HOME}} {{?demo.pfad}} ${properties:demo.pfad:5} {{tollgate.keepa.max-wiat:5}}"  # <--
                        """));
    }

    /** What Camel takes, as others write it. Each file is whole, so nothing is to be said but what is expected. */
    static Stream<Case> taken() {
        return Stream.of(
                new Case("nothing but comments", "", "# later\n"),
                new Case("nothing at all", "", ""),
                new Case("two documents", "", "---\n" + ROUTE + "---\n" + ROUTE.substring(ROUTE.indexOf("- route:")).replace("demo", "other")),
                new Case("an anchor and a merge key", "", ROUTE + """
                        - route:
                            id: other
                            description: Another one
                            group: demo
                            routeConfigurationId: errors
                            from:
                              uri: platform-http:/other
                              steps:
                                - setHeader: &header
                                    id: other-one
                                    name: X-One
                                    constant: 1
                                - setHeader:
                                    <<: *header
                                    id: other-two
                                    name: X-Two
                        """),
                step("numbers and booleans in the place of texts", "", """
                        - aggregate:
                            id: demo-aggregate
                            aggregationStrategy: "#class:org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy"
                            completionTimeout: 2000
                            completionFromBatchConsumer: "false"
                            correlationExpression:
                              constant: true
                            steps:
                              - stop:
                                  id: demo-stop
                        """),
                step("a number as an expression, a boolean as a text", "", """
                        - setBody:
                            id: demo-body
                            constant: 5
                        - log:
                            id: demo-log
                            message: x
                            loggingLevel: info
                        """),
                step("options in words joined by hyphens", "", """
                        - log:
                            id: demo-log
                            message: x
                            logging-level: INFO
                        """),
                step("the parts of an address, as Kaoto writes them", "", """
                        - to:
                            id: demo-to
                            description: On
                            uri: direct
                            parameters:
                              name: inner
                        """, inner("inner", "direct:inner")),
                new Case("a verb and its address, as Kaoto writes them", "", """
                        - rest:
                            id: demo
                            get:
                              - id: demo-get
                                path: /a
                                to:
                                  uri: direct
                                  parameters:
                                    name: inner
                        """ + inner("inner", "direct:inner") + """
                        - onException:
                            exception: [java.lang.Exception]
                            handled: {constant: true}
                            steps: []
                        """),
                step("an address that the route puts together of its own", "", """
                        - setHeader:
                            id: demo-header
                            name: kind
                            constant: a
                        - toD:
                            id: demo-to
                            description: On
                            uri: log:${header.kind}
                        """),
                new Case("an address out of a message that no caller wrote", "", """
                        - route:
                            id: demo
                            description: By the clock
                            group: demo
                            from:
                              uri: timer:x
                              steps:
                                - toD:
                                    id: demo-to
                                    description: On
                                    uri: file:${body}
                        """),
                step("a warning that is silenced at the step", "", """
                        - throttle:
                            id: demo-throttle
                            description: Not so fast
                            mode: ConcurrentRequests
                            constant: 3
                            x-tollgate-allow: [throttle-mode]
                        """),
                step("a warning that is silenced beside the step", "", """
                        - throttle:
                            id: demo-throttle
                            description: Not so fast
                            mode: ConcurrentRequests
                            constant: 3
                          x-tollgate-allow: throttle-mode
                        """));
    }

    @ParameterizedTest
    @MethodSource("taken")
    void whatCamelTakesIsTaken(Case whole) {
        assertThat(CHECK.check(List.of(new RouteFile("demo.camel.yaml", whole.yaml)))).isEmpty();
    }

    @Test
    void anErrorIsNotSilencedAndARuleThatIsNoneIsNamed() {
        Case unknown = step("", "", """
                - to:
                    id: demo-to
                    description: Nobody there
                    uri: direct:nowhere
                    x-tollgate-allow: [no-consumer, no-such-rule]
                """);

        assertThat(CHECK.check(List.of(new RouteFile("demo.camel.yaml", unknown.yaml)))).extracting(Finding::rule)
                .containsExactlyInAnyOrder(RuleId.NO_CONSUMER, RuleId.UNKNOWN_RULE, RuleId.UNKNOWN_RULE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 20_000, 100_000})
    void whatIsNestedTooDeepIsOneFindingForItsFile(int depth) {
        assertThat(CHECK.check(List.of(new RouteFile("deep.yaml", "[".repeat(depth) + "]".repeat(depth))))).singleElement().asString()
                .matches("deep\\.yaml:1: .*nested deeper than 200 levels.*");
    }

    @Test
    void aliasesThatStandForBillionsAreOneFindingForTheirFile() {
        StringBuilder bomb = new StringBuilder("- a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            bomb.append("- a%d: &a%d [%s]\n".formatted(i, i, String.join(", ", Collections.nCopies(5, "*a" + (i - 1)))));
        }

        assertThat(CHECK.check(List.of(new RouteFile("bomb.yaml", bomb.toString())))).singleElement().asString()
                .startsWith("bomb.yaml:").contains("more than 200000 pieces, aliases written out");
    }

    @Test
    void aSettingIsFoundInItsLineOfALongText() {
        Case query = step("query", "", """
                - setBody:
                    id: demo-body
                    expression:
                      constant:
                        expression: >-
                          SELECT a
                          FROM {{demo.table}}
                          WHERE b
                """);

        assertThat(CHECK.check(List.of(new RouteFile("demo.camel.yaml", query.yaml)))).singleElement()
                .satisfies(finding -> assertThat(finding.line()).isEqualTo(22));
    }

    @Test
    void everyThingThatIsWrongIsFound() {
        String yaml = with("""
                - log:
                    id: demo-log
                    mesage: x
                    massage: y
                - lag: {}
                """);

        assertThat(CHECK.check(List.of(new RouteFile("demo.camel.yaml", yaml)))).extracting(Finding::toString)
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("demo.camel.yaml:18: \"mesage\""),
                        second -> assertThat(second).startsWith("demo.camel.yaml:19: \"massage\""),
                        third -> assertThat(third).startsWith("demo.camel.yaml:20: \"lag\""));
    }

    @Test
    void routesOfDifferentFilesBelongTogether() {
        RouteFile caller = new RouteFile("a.camel.yaml", with("""
                - toD:
                    id: demo-to
                    description: Either of them
                    uri: direct:inner-${exchangeProperty.kind}
                """));
        RouteFile called = new RouteFile("b.camel.yaml", inner("inner", "direct:inner-a"));

        assertThat(CHECK.check(List.of(caller, called))).isEmpty();
        assertThat(CHECK.check(List.of(called))).singleElement().hasToString(
                "b.camel.yaml:6: warning: Nobody calls direct:inner-a: call it or remove its route (x-tollgate-allow: [nobody-calls])");
    }

    @Test
    void fortyFilesAreCheckedInNoTime() {
        List<RouteFile> files = IntStream.range(0, 40).mapToObj(i -> new RouteFile(i + ".camel.yaml",
                inner("inner-" + i, "timer:x").repeat(10))).toList();
        CHECK.check(files);

        long start = System.nanoTime();
        CHECK.check(files);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    /** As Kaoto leaves a step that nobody has filled in yet. */
    @Test
    void whatTheSchemaAsksForAndCamelDoesWithoutIsAWarning() {
        String unfinished = """
                - interceptSendToEndpoint:
                    id: every-call
                    steps:
                      - log: {id: seen, message: seen}
                """ + with("""
                - setHeader:
                    id: unfinished
                    name: later
                    expression:
                      simple: {}
                """);

        assertThat(CHECK.check(List.of(new RouteFile("demo.camel.yaml", unfinished)))).hasSize(2)
                .allSatisfy(finding -> assertThat(finding.rule()).isEqualTo(RuleId.MISSING_OPTION)).noneMatch(Finding::isError);
    }

    private static Case step(String name, String expected, String step) {
        return new Case(name, expected, with(step));
    }

    private static Case step(String name, String expected, String step, String more) {
        return new Case(name, expected, with(step) + more);
    }

    private static String with(String step) {
        return ROUTE + step.indent(8);
    }

    private static String breaker(String setting) {
        return """
                - circuitBreaker:
                    id: demo-breaker
                    description: Breaks
                    resilience4jConfiguration:
                      throwExceptionWhenHalfOpenOrOpenState: true
                %s    steps:
                      - stop: {}
                """.formatted(setting.indent(6));
    }

    private static String inner(String id, String uri) {
        return """
                - route:
                    id: %s
                    description: A route that is called
                    group: demo
                    from:
                      uri: %s
                      steps:
                        - stop: {}
                """.formatted(id, uri.strip());
    }
}
