package dev.tollgate.e2e;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

import jakarta.servlet.Filter;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.jdbc.core.simple.JdbcClient;

import dev.tollgate.TollgateApplication;

/**
 * Prints what a denial costs in each dialect: the gateway's own time, from the first filter to the last byte handed to the
 * web server, and what the caller on the same machine sees, over HTTP.
 *
 * <pre>mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=dev.tollgate.e2e.DenialBenchmark</pre>
 */
public final class DenialBenchmark {

    private static final int WARM_UP = 5000;
    private static final int DENIALS = 5000;
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static volatile long own;

    private DenialBenchmark() {
    }

    public static void main(String[] args) throws Exception {
        String balance = "{\"timestamp\":%d,\"tokensLeft\":0,\"refillIn\":60000,\"refillRate\":1}".formatted(System.currentTimeMillis());
        try (EchoingUpstream upstream = new EchoingUpstream(call -> balance);
                ConfigurableApplicationContext gateway = start(upstream)) {
            gateway.getBean(JdbcClient.class).sql("INSERT INTO TokenMaster (CompanyID, CompanyName, ApiKey, Provider, TotalTokenLimit,"
                    + " Status) VALUES ('GONE', 'Gone', 'provider-key', 'Gemini', 1, 'Exceeded')").update();
            String base = "http://127.0.0.1:" + gateway.getEnvironment().getRequiredProperty("local.server.port");
            long before = upstream.received().size();
            System.out.printf("%-46s %6s %22s %22s%n", "denial", "status", "own time p50, p99 (us)", "caller's p50, p99 (us)");
            for (Map.Entry<String, HttpRequest> denial : denials(base).entrySet()) {
                measure(denial.getKey(), denial.getValue());
            }
            System.out.printf("%d calls upstream%n", upstream.received().size() - before);
        }
        System.exit(0);
    }

    private static Map<String, HttpRequest> denials(String base) {
        Map<String, HttpRequest> denials = new LinkedHashMap<>();
        denials.put("Gemini, limit exceeded", post(base + "/gemini/v1beta/models/m:generateContent", "x-goog-api-key", "company:GONE"));
        denials.put("Gemini, no such path", post(base + "/gemini/v1beta/models/m:embedContent", "x-goog-api-key", "company:GONE"));
        denials.put("xAI, day is spent", post(base + "/xai/v1/chat/completions", "Authorization", "Bearer mine"));
        denials.put("Keepa, wait too long", HttpRequest.newBuilder(URI.create(base + "/keepa/bestsellers?key=mine&category=1"))
                .header("Accept-Encoding", "gzip").build());
        denials.put("SP-API, seller not connected", HttpRequest.newBuilder(URI.create(base + "/sp-api/listings/2021-08-01/restrictions?asin=B1"))
                .header("X-Seller-Id", "A1").build());
        denials.put("LWA, unknown refresh token", HttpRequest.newBuilder(URI.create(base + "/auth/o2/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("grant_type=refresh_token&refresh_token=nobody")).build());
        denials.put("/extract, limit exceeded", HttpRequest.newBuilder(URI.create(base + "/extract"))
                .header("Content-Type", "multipart/form-data; boundary=tollgate-test").POST(BodyPublishers.ofByteArray(
                        Gateway.multipart(Map.of("companyID", "GONE", "username", "ana", "file", Gateway.PDF)))).build());
        return denials;
    }

    private static HttpRequest post(String uri, String header, String value) {
        return HttpRequest.newBuilder(URI.create(uri)).header(header, value).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"contents\":[],\"model\":\"m\",\"messages\":[]}")).build();
    }

    private static void measure(String name, HttpRequest request) throws Exception {
        long[] inside = new long[DENIALS];
        long[] outside = new long[DENIALS];
        int status = 0;
        for (int i = -WARM_UP; i < DENIALS; i++) {
            long sent = System.nanoTime();
            status = CLIENT.send(request, BodyHandlers.ofByteArray()).statusCode();
            if (i >= 0) {
                outside[i] = System.nanoTime() - sent;
                inside[i] = own;
            }
        }
        System.out.printf("%-46s %6d %22s %22s%n", name, status, percentiles(inside), percentiles(outside));
    }

    private static String percentiles(long[] nanos) {
        Arrays.sort(nanos);
        return nanos[nanos.length / 2] / 1000 + ", " + nanos[nanos.length * 99 / 100] / 1000;
    }

    private static ConfigurableApplicationContext start(EchoingUpstream upstream) throws Exception {
        return new SpringApplicationBuilder(TollgateApplication.class).initializers(context -> {
            context.getBeanFactory().registerSingleton("noTests", new NoTests());
            context.getBeanFactory().registerSingleton("stopwatch", stopwatch());
        }).run("--server.port=0", "--tollgate.data-dir=" + Files.createTempDirectory("tollgate-denials"),
                "--tollgate.gemini.base-url=" + upstream.url(), "--tollgate.keepa.base-url=" + upstream.url(),
                "--tollgate.xai.base-url=" + upstream.url(), "--tollgate.sp-api.base-url=" + upstream.url(),
                "--tollgate.sp-api.lwa-url=" + upstream.url() + "/auth/o2/token", "--tollgate.keepa.max-wait=1s",
                "--tollgate.xai.daily-limit=0", "--KEEPA_API_KEY=benchmark-keepa-key", "--XAI_API_KEY=benchmark-xai-key",
                "--LWA_CLIENT_ID=amzn1.benchmark", "--LWA_CLIENT_SECRET=benchmark-secret", "--SPAPI_APPLICATION_ID=amzn1.sp.benchmark");
    }

    /** Around everything that is ours. */
    private static FilterRegistrationBean<Filter> stopwatch() {
        FilterRegistrationBean<Filter> first = new FilterRegistrationBean<>((request, response, chain) -> {
            long begun = System.nanoTime();
            try {
                chain.doFilter(request, response);
            }
            finally {
                own = System.nanoTime() - begun;
            }
        });
        first.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return first;
    }
}
