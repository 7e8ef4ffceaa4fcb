package dev.tollgate.check;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A call goes where the route says, and the route says what a failure is. */
final class HttpRule implements Rule {

    /** A setting that holds an address of HTTP: {@code {{….base-url}}}, {@code {{….token-url}}}. */
    private static final Pattern SETTING = Pattern.compile("\\{\\{[^}:]*\\burl(:.*|}}.*)", Pattern.DOTALL);

    private static final Pattern FROM_MESSAGE = Pattern.compile(
            "\\$\\{(?:in\\.)?(?:headers?(?:\\.|:|\\[)['\"]?([\\w-]+)|headerAs\\(['\"]?([\\w-]+)|(?:variable|exchangeProperty)[.:]([\\w-]+)"
                    + "|(?:body|mandatoryBodyAs|message|query|jsonpath|xpath|jq))");

    /** Languages whose text is the author's own; what the others yield comes out of the message. */
    private static final Set<String> OWN = Set.of("constant", "simple", "csimple", "method", "ref", "variable", "exchangeProperty", "groovy",
            "java", "joor", "js", "mvel", "ognl", "python", "spel", "wasm", "language");

    private static final Set<String> ADDRESSES = Set.of("CamelHttpUri", "CamelRestHttpUri");

    private static final String REMEDY = "write a fixed address and pass the text in CamelHttpPath or CamelHttpQuery, or choose "
            + "between fixed addresses";

    @Override
    public void check(List<Part> parts, Consumer<Finding> findings) {
        Set<Part> open = Reach.ofCallers(parts);
        for (Part part : parts) {
            Told own = Told.in(part);
            part.steps().forEach(step -> {
                step.endpoint().filter(HttpRule::isHttp).ifPresent(endpoint -> call(endpoint, findings));
                if (open.contains(part)) {
                    computed(step, own, findings);
                }
            });
        }
    }

    private static boolean isHttp(Endpoint endpoint) {
        return endpoint.is("http") || endpoint.is("https") || SETTING.matcher(endpoint.at().text()).matches();
    }

    private static void computed(Step step, Told own, Consumer<Finding> findings) {
        if (step.isComputed()) {
            step.endpoint().map(Endpoint::at).filter(uri -> comesFromMessage(uri.text(), own)).ifPresentOrElse(
                    uri -> findings.accept(uri.finding(RuleId.CALLER_ADDRESS, "Text of a caller becomes part of an address: " + REMEDY)),
                    () -> step.expression().filter(language -> !OWN.contains(language.key())
                            && !(language.key().equals("header") && own.headers.contains(String.valueOf(Step.textOf(language).text()))))
                            .ifPresent(language -> findings.accept(language.finding(RuleId.CALLER_ADDRESS,
                                    "What a caller wrote is taken as an address: " + REMEDY))));
        }
        headers(step).filter(header -> ADDRESSES.contains(header.text("name")) && isOfMessage(header, own))
                .forEach(header -> findings.accept(header.finding(RuleId.CALLER_ADDRESS,
                        "Text of a caller becomes the address of the next call: " + REMEDY)));
    }

    /**
     * What the steps of a part say of its names.
     *
     * @param headers set to a text of the part's own
     * @param names variables and properties that hold text of the message
     */
    private record Told(Set<String> headers, Set<String> names) {

        static Told in(Part part) {
            Told nothing = new Told(Set.of(), Set.of());
            Set<String> headers = part.steps().flatMap(HttpRule::headers).filter(header -> !isOfMessage(header, nothing))
                    .map(header -> header.text("name")).collect(Collectors.toSet());
            Told known = new Told(headers, Set.of());
            return new Told(headers, part.steps().filter(step -> step.kind().equals("setVariable") || step.kind().equals("setProperty"))
                    .map(Step::yaml).filter(name -> isOfMessage(name, known)).map(name -> name.text("name")).collect(Collectors.toSet()));
        }
    }

    private static boolean isOfMessage(Yaml set, Told known) {
        return new Step("set", set).expression().filter(language -> !OWN.contains(language.key())
                || comesFromMessage(String.valueOf(Step.textOf(language).text()), known)).isPresent();
    }

    private static Stream<Yaml> headers(Step step) {
        return step.kind().equals("setHeader") ? Stream.of(step.yaml())
                : step.kind().equals("setHeaders") ? Stream.ofNullable(step.yaml().get("headers")).flatMap(list -> list.items().stream())
                : Stream.empty();
    }

    private static boolean comesFromMessage(String simple, Told own) {
        Matcher found = FROM_MESSAGE.matcher(simple);
        while (found.find()) {
            String header = found.group(1) != null ? found.group(1) : found.group(2);
            String name = found.group(3);
            if (name != null ? own.names.contains(name) : header == null || !own.headers.contains(header)) {
                return true;
            }
        }
        return false;
    }

    private static void call(Endpoint endpoint, Consumer<Finding> findings) {
        if (!endpoint.option("bridgeEndpoint").equals("true")) {
            findings.accept(endpoint.at().finding(RuleId.HEADER_ADDRESS, "Headers that the route sets, CamelHttpUri, CamelHttpPath and "
                    + "CamelHttpQuery, replace or complete this address (CVE-2026-78164); those of the caller do not. To pass the caller's "
                    + "path and query on, add bridgeEndpoint: true; to keep the address as it is, remove the headers CamelHttp* before it"));
        }
        if (endpoint.option("throwExceptionOnFailure").isEmpty()) {
            findings.accept(endpoint.at().finding(RuleId.UNJUDGED_STATUS, "Nothing says who judges a status that is not 2xx: add "
                    + "throwExceptionOnFailure: false and look at it in the next step, or true and catch HttpOperationFailedException"));
        }
    }
}
