package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Route files are edited while the gateway serves. */
class EditRoutesTest extends OwnRoutesTest {

    @Test
    void allThatIsWrongIsNamedAtOnceAndTheOldRoutesServeOn() throws IOException {
        serve("hello.camel.yaml", hello("one"));
        Map<String, String> wrong = Map.of(
                "broken.camel.yaml", "- route: [not yaml",
                "option.camel.yaml", hello("x").replace("hello", "option").replace("setBody", "setBodi"),
                "language.camel.yaml", hello("x").replace("hello", "language").replace("constant:", "konstant:"),
                "lost.camel.yaml", hello("x").replace("hello", "lost")
                        + "        - to: {id: lost-to, description: nowhere, uri: \"direct:nowhere\"}\n",
                "taken.camel.yaml", hello("x").replace("id: hello\n", "id: extract\n"),
                "setting.camel.yaml", hello("{{no.such.key}}").replace("hello", "setting"),
                "value.camel.yaml", kit("value", "many"),
                "nameless.kamelet.yaml", "apiVersion: camel.apache.org/v1\nkind: Kamelet\n");

        List<String> findings = save("extra/wrong", wrong);

        assertThat(findings).allMatch(finding -> finding.matches("(?s).*\\.(camel|kamelet)\\.yaml:\\d+: .*"));
        assertThat(findings).anyMatch(finding -> finding.contains("value.camel.yaml:12: \"tokens\" cannot be \"many\""));
        assertThat(wrong.keySet()).allMatch(file -> findings.stream().anyMatch(finding -> finding.contains("/extra/wrong/" + file + ":")));
        assertThat(gateway.get("/hello").text()).isEqualTo("one");
        assertThat(gateway.get("/actuator/health/readiness").status()).isEqualTo(200);

        takeAway("extra/wrong", gateway);
        assertThat(save("hello.camel.yaml", hello("two"))).isEmpty();
        assertThat(gateway.get("/hello").text()).isEqualTo("two");
    }

    @Test
    void whatOnlyLoadingTellsIsNamedToo() throws IOException {
        assertThat(save("endpoint.camel.yaml", hello("x").replace("hello", "endpoint").replace("/endpoint", "/endpoint?nonsense=true")))
                .singleElement().asString().contains("endpoint.camel.yaml:2: ").contains("nonsense");
        assertThat(save("endpoint.camel.yaml", kit("computed", "\"{{tollgate.gemini.model}}\"")))
                .singleElement().asString().contains("endpoint.camel.yaml:").contains("The property tokens cannot be");
        Files.delete(routes.resolve("extra/endpoint.camel.yaml"));
        await().untilAsserted(() -> assertThat(rejected()).isEmpty());
    }

    @Test
    void aCallThatIsInsideFinishesOnTheRoutesThatItBeganOn() throws Exception {
        company("INSIDE", "key", "Active");
        CountDownLatch gate = gemini.closeGate();
        CompletableFuture<Answer> inside = CompletableFuture.supplyAsync(() -> gateway.extract("INSIDE", "inside-1"));
        await().until(() -> gemini.hits() == 1);

        serve("inside.camel.yaml", hello("new").replace("hello", "inside"));
        assertThat(gateway.get("/inside").text()).isEqualTo("new");
        assertThat(inside).isNotDone();
        gate.countDown();

        assertThat(inside.get().status()).isEqualTo(200);
        assertThat(count("TokenUsageLogs", "inside-1")).isOne();
    }

    @Test
    void aPromptIsPartOfTheRoutes() throws IOException {
        company("PROMPT", "key", "Active");
        Path prompt = routes.resolve("gemini/invoice-prompt.txt");
        Files.writeString(prompt, "Read it backwards.");

        await().untilAsserted(() -> {
            gateway.extract("PROMPT");
            assertThat(gemini.calls().get(gemini.hits() - 1).body()).contains("Read it backwards.");
        });
    }

    @Test
    void noRequestFailsWhateverIsEdited() throws Exception {
        new RandomEdits(this).run();
    }

    static String hello(String word) {
        return """
                - route:
                    id: hello
                    description: Says a word
                    group: extra
                    routeConfigurationId: shared-errors
                    from:
                      uri: platform-http:/hello
                      steps:
                        - setBody:
                            expression:
                              constant:
                                expression: "%s"
                """.formatted(word);
    }

    private static String kit(String name, String tokens) {
        return """
                - route:
                    id: %1$s
                    description: Guarded
                    group: extra
                    routeConfigurationId: kit-errors
                    from:
                      uri: platform-http:/%1$s
                      steps:
                        - kamelet:
                            name: token-bucket-action
                            parameters:
                              tokens: %2$s
                              name: %1$s
                            steps:
                              - setBody:
                                  expression:
                                    constant:
                                      expression: in
                """.formatted(name, tokens);
    }
}
