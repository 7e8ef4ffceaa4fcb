package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Random edits below the routes folder, one after the other, while {@link SteadyCallers} call. Every kind of edit comes up
 * before one comes up again. {@code -Dtollgate.test.edits=50} is the whole scenario, with two hundred calls a second; the
 * default is one edit of each kind under half of them. {@code -Dtollgate.test.seed=…} repeats a run.
 */
final class RandomEdits {

    private enum Kind {
        /** A route says another word. */
        ROUTE,
        /** The kamelet that the route uses says another word. */
        TEMPLATE,
        /** A shared configuration answers errors with another word. */
        CONFIGURATION,
        /** A file goes, or comes back. */
        DELETION,
        /** The first half is saved a while before the whole. */
        HALF_WRITTEN,
        /** A mistake, which is undone once it was reported. */
        INVALID
    }

    private static final int EDITS = Integer.getInteger("tollgate.test.edits", Kind.values().length);
    private static final long SEED = Long.getLong("tollgate.test.seed", 17);
    private static final int CALLS_A_SECOND = EDITS > Kind.values().length ? 200 : 100;

    private final OwnRoutesTest test;
    private final Random random = new Random(SEED);
    private final List<Long> millis = new ArrayList<>();
    private String word = "word-0";
    private String greeting = "greeting-0";
    private boolean there;
    private int reported;

    RandomEdits(OwnRoutesTest test) {
        this.test = test;
    }

    void run() throws Exception {
        OwnRoutesTest.write("greeter.kamelet.yaml", kamelet());
        OwnRoutesTest.write("failures.camel.yaml", failures("failure-0"));
        test.serve("edited.camel.yaml", route());
        List<Kind> kinds = new ArrayList<>();
        try (SteadyCallers callers = new SteadyCallers(test.gateway, CALLS_A_SECOND, "/edited", "/token/status?companyID=EDIT")) {
            for (int edit = 1; edit <= EDITS; edit++) {
                if (kinds.isEmpty()) {
                    kinds.addAll(List.of(Kind.values()));
                    Collections.shuffle(kinds, random);
                }
                edit(kinds.remove(0), edit);
            }
            callers.finish();
            report(callers);
            assertThat(callers.failures()).isEmpty();
        }
    }

    private void edit(Kind kind, int edit) throws Exception {
        switch (kind) {
            case ROUTE -> {
                word = "word-" + edit;
                inForce("edited.camel.yaml", route(), () -> says("/edited", word));
            }
            case TEMPLATE -> {
                greeting = "greeting-" + edit;
                inForce("greeter.kamelet.yaml", kamelet(), () -> says("/edited", greeting));
            }
            case CONFIGURATION -> inForce("failures.camel.yaml", failures("failure-" + edit), () -> says("/failing", "failure-" + edit));
            case DELETION -> {
                there = !there;
                inForce("here.camel.yaml", there ? EditRoutesTest.hello("here").replace("hello", "here") : null,
                        () -> test.gateway.get("/here").status() == (there ? 200 : 404));
            }
            case HALF_WRITTEN -> {
                word = "word-" + edit;
                OwnRoutesTest.write("edited.camel.yaml", half());
                Thread.sleep(random.nextInt(300)); // how long an editor takes; on a slow machine the half may be tried, and refused
                inForce("edited.camel.yaml", route(), () -> says("/edited", word) && test.rejected().isEmpty());
            }
            case INVALID -> invalid();
        }
    }

    /** It ends in the middle of a word that a colon should follow, so that it is a set of routes in no case. */
    private String half() {
        List<Integer> colons = IntStream.range(60, route().length()).filter(i -> route().startsWith(": ", i)).boxed().toList();
        return route().substring(0, colons.get(random.nextInt(colons.size())) - 1);
    }

    private void invalid() throws Exception {
        List<String[]> mistakes = List.of(
                new String[] {"edited.camel.yaml", route().replace("parameters", "parametres"), ":11: "},
                new String[] {"edited.camel.yaml", route().replace("  steps:", "  steps: ["), ":"},
                new String[] {"edited.camel.yaml", route().replace("word: ", "wort: "), ":12: \"wort\" is no property"},
                new String[] {"greeter.kamelet.yaml", kamelet().replace("{{word}}", "{{wort}}"), ":22: The kamelet has no property wort"},
                new String[] {"greeter.kamelet.yaml", kamelet().replace("setBody", "setBodi"), ":19: \"setBodi\""},
                new String[] {"failures.camel.yaml", failures("x").replace("handled", "handlet"), ":6: \"handlet\""},
                new String[] {"edited.camel.yaml", route().replace("/edited", "/edited?nonsense=1"), ":2: "});
        String[] mistake = mistakes.get(random.nextInt(mistakes.size()));
        Path file = OwnRoutesTest.routes.resolve("extra").resolve(mistake[0]);
        String right = Files.readString(file);
        inForce(mistake[0], mistake[1], () -> !test.rejected().isEmpty());
        assertThat(test.rejected()).anyMatch(finding -> finding.contains("/extra/" + mistake[0] + mistake[2])
                && finding.matches("(?s).*\\.yaml:\\d+: .*"));
        reported++;
        inForce(mistake[0], right, () -> test.rejected().isEmpty());
    }

    private void inForce(String file, String text, Callable<Boolean> seen) throws IOException {
        if (text == null) {
            Files.delete(OwnRoutesTest.routes.resolve("extra").resolve(file));
        } else {
            OwnRoutesTest.write(file, text);
        }
        long saved = System.nanoTime();
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(20)).until(seen);
        millis.add((System.nanoTime() - saved) / 1_000_000);
    }

    private boolean says(String path, String text) {
        return test.gateway.get(path).text().contains(text);
    }

    private void report(SteadyCallers callers) {
        Collections.sort(millis);
        System.out.printf("%d edits (seed %d): in force or reported after %d ms (median), %d ms at most; %d mistakes reported with file "
                + "and line; %d requests at %d a second, %d failed%n", EDITS, SEED, millis.get(millis.size() / 2),
                millis.get(millis.size() - 1), reported, callers.served(), callers.perSecond(), callers.failures().size());
    }

    private String route() {
        return """
                - route:
                    id: edited
                    description: Greets
                    group: extra
                    routeConfigurationId: shared-errors
                    from:
                      uri: platform-http:/edited
                      steps:
                        - kamelet:
                            name: greeter
                            parameters:
                              word: %s
                """.formatted(word);
    }

    private String kamelet() {
        return """
                apiVersion: camel.apache.org/v1
                kind: Kamelet
                metadata:
                  name: greeter
                spec:
                  definition:
                    title: Greeter
                    description: Greets
                    properties:
                      word:
                        title: Word
                        description: What is said.
                        type: string
                        default: nothing
                  template:
                    from:
                      uri: kamelet:source
                      steps:
                        - setBody:
                            expression:
                              constant:
                                expression: "%s {{word}}"
                """.formatted(greeting);
    }

    private static String failures(String text) {
        return """
                - routeConfiguration:
                    id: failures
                    onException:
                      - onException:
                          exception: [java.lang.IllegalStateException]
                          handled: {constant: {expression: "true"}}
                          steps:
                            - setBody: {expression: {constant: {expression: "%s"}}}
                - route:
                    id: failing
                    description: Fails
                    group: extra
                    routeConfigurationId: failures
                    from:
                      uri: platform-http:/failing
                      steps:
                        - throwException: {exceptionType: java.lang.IllegalStateException, message: "no"}
                """.formatted(text);
    }
}
