package dev.tollgate.xai;

import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;

import jakarta.servlet.Servlet;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import dev.tollgate.TollgateApplication;
import dev.tollgate.verdict.Lookup;
import dev.tollgate.verdict.VerdictCache;
import dev.tollgate.verdict.VerdictKey;

/**
 * What a hit costs: the lookup alone, and the whole of {@code POST /judge} inside the process (door, route, JSON), without
 * the network. A main class, not a test.
 * Run it with the test class path: {@code java -cp … dev.tollgate.xai.JudgeBenchmark}.
 */
@State(Scope.Benchmark)
@Fork(1)
@Threads(2)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 3, time = 3)
@BenchmarkMode({Mode.Throughput, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class JudgeBenchmark {

    private static final int ENTRIES = 100_000;
    private static final VerdictKey KEY = key(4711);
    private static final byte[] QUESTION = ("{\"title\":\"Principles of Economics, edition 4711\",\"category\":\"Books > Textbooks\","
            + "\"season\":\"Textbook (Summer)\",\"price\":57.11}").getBytes(StandardCharsets.UTF_8);

    private ServletWebServerApplicationContext gateway;
    private VerdictCache cache;
    private Servlet door;

    /** Starts the gateway over a dictionary that holds the answers; nothing is called. */
    @Setup
    public void start() throws Exception {
        var data = Files.createTempDirectory("tollgate-bench");
        try (var out = Files.newBufferedWriter(data.resolve("xai_cache.json"))) {
            for (int n = 0; n < ENTRIES; n++) {
                out.write((n == 0 ? "{\"" : ",\n\"") + key(n).text() + "\": true");
            }
            out.write("}");
        }
        gateway = (ServletWebServerApplicationContext) SpringApplication.run(TollgateApplication.class, "--server.port=0",
                "--tollgate.data-dir=" + data, "--XAI_API_KEY=xai-key-of-a-benchmark-1", "--tollgate.xai.base-url=http://127.0.0.1:1");
        cache = gateway.getBean(VerdictCache.class);
        door = gateway.getBean("dispatcherServlet", Servlet.class);
        HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.getWebServer().getPort()
                + "/status")).build(), HttpResponse.BodyHandlers.discarding()); // the first request readies the servlet
        if (!judge().contains("\"cache\"")) {
            throw new AssertionError("the benchmark measures something else than it says: " + judge());
        }
    }

    /** Ends it. */
    @TearDown
    public void stop() {
        gateway.close();
    }

    /** The lookup alone. */
    @Benchmark
    public Lookup lookup() {
        return cache.lookup(KEY);
    }

    /** Everything but the network. */
    @Benchmark
    public String judge() throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/judge");
        request.setContentType("application/json");
        request.setContent(QUESTION);
        MockHttpServletResponse response = new MockHttpServletResponse();
        door.service(request, response);
        return response.getContentAsString();
    }

    private static VerdictKey key(int n) {
        return VerdictKey.of("Principles of Economics, edition " + n, "Books > Textbooks", "Textbook (Summer)",
                BigDecimal.valueOf(1_000 + n % 20_000, 2));
    }

    /** @param arguments none */
    public static void main(String[] arguments) throws Exception {
        new Runner(new OptionsBuilder().include(JudgeBenchmark.class.getSimpleName()).build()).run();
    }
}
