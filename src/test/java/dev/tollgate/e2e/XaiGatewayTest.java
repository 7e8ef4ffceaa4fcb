package dev.tollgate.e2e;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.servlet.Filter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import dev.tollgate.ManualClock;
import dev.tollgate.TollgateApplication;
import dev.tollgate.e2e.Gateway.Answer;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.TokenDirectory;

/** The whole gateway in front of {@link XaiStub}; each test has a day of its own, and so the whole quota. */
@SpringBootTest(classes = TollgateApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Import(XaiGatewayTest.Time.class)
@Timeout(600)
abstract class XaiGatewayTest {

    static final String KEY = "xai-real-key-of-the-gateway-1";
    static final int LIMIT = 1000;
    static final XaiStub xai = new XaiStub();
    static final ManualClock clock = new ManualClock("2026-11-22T10:00:00Z");

    /** Requests that reached the gateway in this test. */
    static final AtomicInteger arrivals = new AtomicInteger();

    @TestConfiguration(proxyBeanMethods = false)
    static class Time {

        @Bean
        Clock clock() {
            return clock;
        }

        @Bean
        Filter countArrivals() {
            return (request, response, chain) -> {
                arrivals.incrementAndGet();
                chain.doFilter(request, response);
            };
        }
    }

    @LocalServerPort
    int port;

    JdbcClient database;

    Gateway gateway;

    @Autowired
    void settledDatabase(JdbcClient client, Ledger ledger, TokenDirectory rows) {
        database = SettledDatabase.of(client, ledger, rows);
    }

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        Path data = Files.createTempDirectory("tollgate-xai-test");
        registry.add("tollgate.data-dir", data::toString);
        registry.add("tollgate.xai.base-url", xai::url);
        registry.add("tollgate.xai.daily-limit", () -> LIMIT);
        registry.add("tollgate.xai.cache-ttl", () -> "30d");
        GatewayTest.patient(registry);
        registry.add("tollgate.xai.breaker.minimum-calls", () -> "100");
        registry.add("tollgate.xai.breaker.window", () -> "100");
        registry.add("tollgate.retry.initial-delay", () -> "5ms");
        registry.add("XAI_API_KEY", () -> KEY);
    }

    @BeforeEach
    void nextDay() {
        gateway = new Gateway(port);
        clock.advance(Duration.ofDays(1));
        xai.reset();
        arrivals.set(0);
    }

    Answer judge(String title, String price) {
        return post("/judge", "{\"title\":\"" + title + "\",\"category\":\"Textbook\",\"season\":\"Fall\",\"price\":" + price + "}");
    }

    Answer post(String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.uri(path))
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return gateway.send(request);
    }

    JsonNode status() {
        return gateway.get("/status").json().path("xai");
    }
}
