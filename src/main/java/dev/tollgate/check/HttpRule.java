package dev.tollgate.check;

import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** A call over HTTP goes where the route says, and the route says what a failure is. */
final class HttpRule implements Rule {

    /** An address of HTTP, or a setting that holds one: {@code {{….base-url}}}, {@code {{….token-url}}}. */
    private static final Pattern HTTP = Pattern.compile("https?:.*|\\{\\{[^}:]*\\burl(:.*|}}.*)", Pattern.DOTALL);

    private static final Pattern FROM_MESSAGE = Pattern.compile("\\$\\{(header|in\\.|body|mandatoryBodyAs|message|query)");

    @Override
    public void check(List<Part> parts, Consumer<Finding> findings) {
        parts.stream().flatMap(Part::steps).forEach(step -> step.address().forEach(uri -> {
            if (HTTP.matcher(uri.text()).matches()) {
                call(step, uri, findings);
            }
            boolean computed = !step.kind().equals("to") && FROM_MESSAGE.matcher(uri.text()).find();
            if (computed) {
                findings.accept(uri.finding("Text of a caller becomes part of an address: write a fixed address and pass the "
                        + "text in CamelHttpPath or CamelHttpQuery, or choose between fixed addresses"));
            }
        }));
    }

    private static void call(Step step, Yaml uri, Consumer<Finding> findings) {
        if (!step.parameter("bridgeEndpoint").equals("true")) {
            findings.accept(uri.finding("A header of the message can replace this address (CVE-2026-78164): add bridgeEndpoint: true"));
        }
        if (step.parameter("throwExceptionOnFailure").isEmpty()) {
            findings.accept(uri.finding("Nothing says who judges a status that is not 2xx: add throwExceptionOnFailure: false and look "
                    + "at it in the next step, or true and catch HttpOperationFailedException"));
        }
    }
}
