package dev.tollgate.e2e;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.Filter;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

import dev.tollgate.e2e.Gateway.Answer;

/** A gateway that asks for keys, and what an operator and a caller do with it. */
@TestPropertySource(properties = "TOLLGATE_ADMIN_KEY=" + KeyTest.ADMIN)
@Import(KeyTest.Arrivals.class)
abstract class KeyTest extends GatewayTest {

    /** Requests that reached the gateway. */
    static final AtomicInteger arrivals = new AtomicInteger();

    @TestConfiguration(proxyBeanMethods = false)
    static class Arrivals {

        @Bean
        Filter countArrivals() {
            return (request, response, chain) -> {
                arrivals.incrementAndGet();
                chain.doFilter(request, response);
            };
        }
    }

    static final String ADMIN = "the-admin-key-of-this-test-0123456789";

    Answer call(String method, String path, String key, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.uri(path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        return gateway.send(request);
    }

    Answer admin(String method, String path, String body) {
        return call(method, path, ADMIN, body);
    }

    /** A key for some APIs and, where it is not null, one company. */
    Answer newKey(String name, String apis, String company) {
        Answer made = admin("POST", "/admin/keys", "{\"name\":\"%s\",\"apis\":[%s]%s}".formatted(name, apis,
                company == null ? "" : ",\"companyID\":\"" + company + "\""));
        if (made.status() != 201) {
            throw new AssertionError(made.toString());
        }
        return made;
    }

    String keyFor(String apis, String company) {
        return newKey("test", apis, company).json().path("key").asText();
    }
}
