package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import dev.tollgate.disk.Crowd;
import dev.tollgate.e2e.ApiStub.Reply;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.e2e.LimitStyles.Anthropic;
import dev.tollgate.e2e.LimitStyles.GitHub;
import dev.tollgate.e2e.LimitStyles.OpenAi;
import dev.tollgate.e2e.LimitStyles.ShopifyGraphQl;
import dev.tollgate.e2e.LimitStyles.ShopifyRest;
import dev.tollgate.e2e.LimitStyles.Stripe;
import dev.tollgate.e2e.LimitStyles.Style;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The files in {@code samples/}, each in front of an upstream that limits its callers as that API does. Where the file is right,
 * the upstream refuses nobody; where the upstream allows less than the file says, no caller sees it.
 */
class LimitStylesTest extends OwnRoutesTest {

    private static final Map<String, String> SECRETS_OF_SAMPLES = Map.of("GITHUB_TOKEN", "g", "OPENAI_API_KEY", "o",
            "ANTHROPIC_API_KEY", "a", "SHOPIFY_TOKEN", "s", "STRIPE_KEY", "t");

    @DynamicPropertySource
    static void secretsOfSamples(DynamicPropertyRegistry registry) {
        SECRETS_OF_SAMPLES.forEach((name, value) -> registry.add(name, () -> value));
    }

    private static final IntFunction<String> NO_BODY = n -> null;
    private static final IntFunction<String> CHAT = n -> """
            {"model":"m","max_completion_tokens":1000,"messages":[{"role":"user","content":"%s"}]}""".formatted("word ".repeat(80));
    private static final IntFunction<String> MESSAGE = n -> """
            {"model":"m","max_tokens":1000,"messages":[{"role":"user","content":"%s"}]}""".formatted("word ".repeat(80));
    private static final IntFunction<String> QUERY = n -> "{\"query\":\"costs " + (n % 2 == 0 ? 100 : 400) + "\"}";

    /**
     * One upstream in front of which a sample stands.
     *
     * @param api the sample's name
     * @param kind tells this one from others of the same sample
     * @param right whether the upstream allows what the sample says
     * @param upstream made when its test begins
     * @param callers at once
     * @param speed of the clock
     * @param teach calls that are made one after the other before, from which the gateway learns what they cost
     * @param body of each call
     */
    record Case(String api, String kind, boolean right, Supplier<Style> upstream, int callers, int speed, int teach,
            IntFunction<String> body) {

        String path() {
            return "/" + api + "-" + kind;
        }

        @Override
        public String toString() {
            return api + " " + kind;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("github", "right", true, () -> new GitHub(clock, 20, 900, 1, true), 60, 300, 0, NO_BODY),
                new Case("github", "used-by-others", false, () -> new GitHub(clock, 40, 900, 3, true), 60, 300, 0, NO_BODY),
                new Case("github", "secondary", false, () -> new GitHub(clock, 4000, 20, 1, true), 60, 60, 0, NO_BODY),
                new Case("github", "secondary-untold", false, () -> new GitHub(clock, 4000, 20, 1, false), 60, 60, 0, NO_BODY),
                new Case("openai", "right", true, () -> new OpenAi(clock, 500, 30_000, false), 60, 30, 0, CHAT),
                new Case("openai", "fewer-tokens", false, () -> new OpenAi(clock, 500, 8_000, false), 40, 60, 0, CHAT),
                new Case("openai", "fewer-requests", false, () -> new OpenAi(clock, 10, 300_000, true), 30, 60, 0, CHAT),
                new Case("anthropic", "right", true, () -> new Anthropic(clock, 50, 30_000, 8_000, 400, 0), 60, 30, 0, MESSAGE),
                new Case("anthropic", "less", false, () -> new Anthropic(clock, 20, 4_000, 3_000, 900, 0), 30, 120, 0, MESSAGE),
                new Case("anthropic", "overloaded", false, () -> new Anthropic(clock, 50, 30_000, 8_000, 400, 5), 20, 30, 0, MESSAGE),
                new Case("shopify", "right", true, () -> new ShopifyRest(clock, 40, 2, 1), 100, 10, 0, NO_BODY),
                new Case("shopify", "less", false, () -> new ShopifyRest(clock, 20, 0.5, 2), 40, 30, 0, NO_BODY),
                new Case("shopify-graphql", "right", true, () -> new ShopifyGraphQl(clock, 2000), 60, 10, 2, QUERY),
                new Case("shopify-graphql", "less", false, () -> new ShopifyGraphQl(clock, 0), 40, 10, 0, QUERY),
                new Case("stripe", "right", true, () -> new Stripe(clock, 100, 25), 300, 1, 0, NO_BODY),
                new Case("stripe", "less", false, () -> new Stripe(clock, 20, 5), 100, 4, 0, NO_BODY));
    }

    private static final Map<String, SimulatedUpstream> upstreams = new TreeMap<>();

    @BeforeEach
    void serveTheSamples() throws IOException {
        if (upstreams.isEmpty()) {
            Map<String, String> files = new TreeMap<>();
            for (Case one : (Iterable<Case>) cases()::iterator) {
                upstreams.put(one.path(), new SimulatedUpstream());
                files.put(one.api() + "-" + one.kind() + ".camel.yaml", sample(one.api(), one.kind(), upstreams.get(one.path()).url()));
            }
            upstreams.put("/openai-spent", new SimulatedUpstream());
            files.put("openai-spent.camel.yaml", sample("openai", "spent", upstreams.get("/openai-spent").url()));
            assertThat(save("extra", files)).isEmpty();
        }
    }

    /** The file as it stands, under a path, with names, and in front of an upstream of its own. */
    private static String sample(String api, String suffix, String url) throws IOException {
        return Files.readString(Path.of("samples", api + ".camel.yaml")).replaceAll("url: \"https://[^\"]*\"", "url: \"" + url + "\"")
                .replaceAll("platform-http:/[a-z-]+", "platform-http:/" + api + "-" + suffix)
                .replaceAll("(id: [a-z-]+)", "$1-" + suffix)
                .replaceAll("(name: (?![a-z-]+-action)[a-z-]+)", "$1-" + suffix);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void noCallerSeesARefusalThatWaitingAvoids(Case one) throws Exception {
        Style upstream = one.upstream().get();
        upstreams.get(one.path()).reset(upstream);
        clock.speed(one.speed());

        for (int n = 0; n < one.teach(); n++) {
            assertThat(call(one, n).status()).isEqualTo(200);
        }
        List<Answer> answers = Crowd.of(one.callers(), n -> () -> call(one, n));

        System.out.println(one + ": " + answers.size() + " callers served, " + upstream.refused() + " calls refused by the upstream");
        assertThat(answers).extracting(Answer::status).containsOnly(200);
        assertThat(answers).extracting(Answer::text).noneMatch(text -> text.contains("THROTTLED"));
        if (one.right()) {
            assertThat(upstream.refused()).as("refused by the upstream").isZero();
        }
        else {
            assertThat(upstream.refused()).as("refused by the upstream").isPositive();
        }
        assertThat(upstreams.get(one.path()).calls()).isEqualTo(one.teach() + one.callers() + upstream.refused());
    }

    private Answer call(Case one, int number) {
        String body = one.body().apply(number);
        return body == null ? gateway.get(one.path() + "/v1?n=" + number)
                : gateway.request("POST", one.path() + (one.api().equals("shopify-graphql") ? "" : "/v1"), "application/json", body.getBytes());
    }

    @Test
    void aQuotaThatIsSpentIsNoMatterOfWaiting() {
        SimulatedUpstream api = upstreams.get("/openai-spent");
        api.reset((call, number) -> new Reply(429, "{\"error\":{\"code\":\"insufficient_quota\"}}", Map.of()));

        Answer answer = gateway.request("POST", "/openai-spent/v1", "application/json", CHAT.apply(1).getBytes());

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.text()).contains("insufficient_quota");
        assertThat(api.calls()).isOne();
    }
}
