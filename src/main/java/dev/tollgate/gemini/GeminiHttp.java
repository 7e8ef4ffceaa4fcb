package dev.tollgate.gemini;

import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.RawTarget;

/** How requests of existing clients go over the wire to Gemini: to the path and query that the caller wrote. */
@Component("geminiHttp")
public class GeminiHttp implements HttpClientConfigurer {

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.addRequestInterceptorLast(RawTarget::address);
    }
}
