package dev.tollgate.check;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A kamelet and a route that uses it, both right; each case spoils one line of one of them, and that line is named. */
class KameletCheckTest {

    private static final String KAMELET = """
            apiVersion: camel.apache.org/v1
            kind: Kamelet
            metadata:
              name: demo-toll
            spec:
              definition:
                title: Demo
                description: Does something
                type: object
                required:
                  - name
                properties:
                  name:
                    title: Name
                    description: Names it.
                    type: string
                    pattern: "^[a-z]+$"
                    example: weather
                  tokens:
                    title: Tokens
                    description: How many there are.
                    type: integer
                    minimum: 1
                    default: 10
                    x-descriptors: ["urn:tollgate:same-for-name"]
                  refill:
                    title: Refill
                    description: How they come back.
                    type: string
                    enum: [at-once, steady]
                    default: steady
              template:
                beans:
                  - name: toll
                    type: "#class:java.lang.Object"
                from:
                  uri: kamelet:source
                  steps:
                    - setHeader:
                        name: demo
                        expression:
                          simple:
                            expression: "{{name}} {{tokens}} {{refill}} {{toll}}"
                    - to:
                        description: On
                        uri: kamelet:sink
            """;

    private static final String ROUTE = """
            - routeConfiguration:
                id: errors
                errorHandler:
                  noErrorHandler: {}
            - route:
                id: demo
                description: Uses it
                group: demo
                routeConfigurationId: errors
                from:
                  uri: platform-http:/demo
                  steps:
                    - kamelet:
                        name: demo-toll
                        parameters:
                          name: weather
                          tokens: "20"
                          refill: at-once
                        steps:
                          - to:
                              id: demo-inner
                              description: The same, as an address
                              uri: kamelet:demo-toll
                              parameters:
                                name: RAW(weather)
                                tokens: 20
            """;

    private static final String OTHER = """
            - route:
                id: other
                description: Uses the same
                group: demo
                routeConfigurationId: errors
                from:
                  uri: platform-http:/other
                  steps:
                    - kamelet:
                        name: demo-toll
                        parameters:
                          name: weather
                          tokens: 20
                          refill: steady
            """;

    @Test
    void bothAreRight() {
        assertThat(check(KAMELET, ROUTE)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kind: Kamelet                | kin: Kamelet                 | "kin" is no option here
            title: Demo                  | titel: Demo                  | "titel" is no option here
            name: demo-toll              | name: other-toll             | The file should be called other-toll.kamelet.yaml
            - name                       | - nam                        | "nam" is required but no property
            example: weather             | example: Weather             | The example: "name" cannot be "Weather"
            default: 10                  | default: 0                   | The default: "tokens" cannot be "0" (integer from 1)
            tokens:                      | timeout:                     | Camel keeps "timeout" of every kamelet for itself
            type: integer                | type: whole                  | choose one of them
            - setHeader:                 | - setHeadr:                  | "setHeadr" is no option here
            uri: kamelet:sink            | uri: kamelet:snk             | There is no kamelet snk
            {{toll}}"                    | {{till}}"                    | The kamelet has no property till
            - to:                        | - too:                       | "too" is no option here
            """)
    void aMistakeInAKameletIsNamedWithItsLine(String right, String wrong, String expected) {
        expect(check(KAMELET.replaceFirst(Pattern.quote(right), Matcher.quoteReplacement(wrong)), ROUTE), "demo-toll.kamelet.yaml", line(KAMELET, right), expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            name: demo-toll              | name: demo-tool              | There is no kamelet demo-tool
            tokens: "20"                 | tokens: many                 | "tokens" cannot be "many" (integer from 1). How many there are.
            tokens: "20"                 | tokens: 0                    | "tokens" cannot be "0"
            tokens: "20"                 | token: 20                    | "token" is no property of demo-toll: it has name, tokens, refill
            refill: at-once              | refill: later                | one of at-once, steady
            refill: at-once              | refill: RAW(later)           | one of at-once, steady
            name: RAW(weather)           | refill: steady               | The kamelet demo-toll needs name
            """)
    void aMistakeInAUseIsNamedWithItsLineAndTheRemedy(String right, String wrong, String expected) {
        int line = expected.contains("needs") ? line(ROUTE, "uri: kamelet:demo-toll") : line(ROUTE, right);
        expect(check(KAMELET, ROUTE.replace(right, wrong)), "demo.camel.yaml", line, expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tokens: "20"                 | tokens: many
            tokens: "20"                 | token: 20
            refill: at-once              | refill: later
            name: weather                | name: "4711"
            """)
    void whatCamelTakesOfAKameletOfApachesIsTakenAndRefusedOfOurOwn(String right, String wrong) {
        String route = ROUTE.replace(right, wrong);
        String notSharedByName = KAMELET.replaceFirst(" +x-descriptors.*\n", "");

        String apaches = notSharedByName.replace("  name: demo-toll", "  name: demo-toll\n  annotations: {camel.apache.org/provider: Apache Software Foundation}");

        assertThat(check(apaches, route)).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo(RuleId.KAMELET_VALUE);
            assertThat(finding.isError()).isFalse();
        });
        assertThat(check(notSharedByName, route)).singleElement().satisfies(finding -> assertThat(finding.rule()).isEqualTo(RuleId.KAMELET));
    }

    @Test
    void aTemplateMayReadASettingOfOneWord() {
        List<RouteFile> files = List.of(new RouteFile("demo-toll.kamelet.yaml", KAMELET.replace("{{toll}}", "{{toll}} {{region}}")), new RouteFile("demo.camel.yaml", ROUTE));

        assertThat(new RouteCheck("region"::equals).check(files)).isEmpty();
        assertThat(new RouteCheck(key -> false).check(files)).singleElement().asString().contains("The kamelet has no property region");
    }

    /** As ftp-sink of Apache's catalog calls its port. */
    @Test
    void aRequiredPropertyThatHasADefaultNeedNotBeGiven() {
        assertThat(check(KAMELET.replace("- name\n", "- name\n      - tokens\n"), ROUTE.replace("              tokens: \"20\"\n", "").replace("tokens: 20", "tokens: 10"))).isEmpty();
    }

    /** As salesforce-source calls a number. */
    @Test
    void aTypeThatNobodyChecksIsAWarning() {
        assertThat(check(KAMELET.replaceFirst("type: string", "type: long"), ROUTE))
                .singleElement().satisfies(finding -> {
                    assertThat(finding.isError()).isFalse();
                    assertThat(finding.text()).startsWith("\"long\" is checked by nobody");
                });
    }

    @Test
    void aPropertyThatNothingReadsIsLeftOver() {
        expect(check(KAMELET.replace(" {{tokens}}", ""), ROUTE), "demo-toll.kamelet.yaml", line(KAMELET, "tokens:"),
                "Nothing in the template reads tokens");
    }

    @Test
    void anAmpersandWouldBeLost() {
        expect(check(KAMELET.replace("pattern: \"^[a-z]+$\"", "pattern: \"^[a-z&]+$\""), ROUTE.replace("name: weather", "name: a&b")),
                "demo.camel.yaml", line(ROUTE, "name: weather"), "RAW(…)");
    }

    @Test
    void aPlaceholderIsBelievedUntilTheRoutesAreLoaded() {
        assertThat(check(KAMELET, ROUTE.replace("tokens: \"20\"", "tokens: \"{{demo.tokens}}\""))).isEmpty();
    }

    @Test
    void oneNameWithTwoNumbersNamesBothFiles() {
        expect(check(KAMELET, ROUTE, OTHER.replace("tokens: 20", "tokens: 30")), "other.camel.yaml", line(OTHER, "tokens: 20"),
                "\"tokens\" of the demo-toll weather is \"30\" here and \"20\" in routes/demo.camel.yaml:" + line(ROUTE, "tokens:"));
        expect(check(KAMELET, ROUTE, OTHER.replaceFirst(" +tokens: 20\n", "")), "other.camel.yaml", line(OTHER, "kamelet:"),
                "is \"10\" here and \"20\" in routes/demo.camel.yaml");
    }

    @ParameterizedTest
    @CsvSource({"tokens: 20, tokens: '20'", "tokens: 20, tokens: \"{{demo.tokens}}\"", "name: weather, name: climate",
        "steady, at-once"})
    void oneNameMayBeGivenTwiceWithTheSameNumbers(String right, String other) {
        assertThat(check(KAMELET, ROUTE, OTHER.replace(right, other))).isEmpty();
    }

    @Test
    void oneTimeIsTheSameInMinutesAndInSeconds() {
        String kamelet = KAMELET.replace("type: integer", "type: string").replace("minimum: 1", "pattern: \"^[0-9]+m?s?$\"");
        String route = ROUTE.replace("tokens: \"20\"", "tokens: 1m").replace("tokens: 20", "tokens: 60s");

        assertThat(check(kamelet, route, OTHER.replace("tokens: 20", "tokens: 60000ms"))).isEmpty();
    }

    private static List<Finding> check(String kamelet, String... routes) {
        List<RouteFile> files = new ArrayList<>(List.of(new RouteFile("routes/demo-toll.kamelet.yaml", kamelet)));
        for (int i = 0; i < routes.length; i++) {
            files.add(new RouteFile(i == 0 ? "routes/demo.camel.yaml" : "routes/other.camel.yaml", routes[i]));
        }
        return new RouteCheck("demo.tokens"::equals).check(files);
    }

    private static void expect(List<Finding> findings, String file, int line, String text) {
        assertThat(findings).as("%s:%d %s", file, line, text).anySatisfy(finding -> {
            assertThat(finding.file()).endsWith(file);
            assertThat(finding.line()).isEqualTo(line);
            assertThat(finding.text()).contains(text);
        });
    }

    private static int line(String yaml, String part) {
        return (int) Stream.of(yaml.substring(0, yaml.indexOf(part)).split("\n", -1)).count();
    }
}
