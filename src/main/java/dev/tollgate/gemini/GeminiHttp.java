package dev.tollgate.gemini;

import dev.tollgate.gateway.RawTarget;

import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;

import org.springframework.stereotype.Component;

/** How requests of existing clients go over the wire to Gemini: to the path and query that the caller wrote. */
@Component("geminiHttp")
public class GeminiHttp implements HttpClientConfigurer {

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.addRequestInterceptorLast(RawTarget::address);
    }
}
