package dev.tollgate.upstream;

import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.camel.spi.CamelContextCustomizer;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.springframework.stereotype.Component;

/** Puts {@link ReplyInspector} in front of every HTTP endpoint of every route, the company's own routes among them. */
@Component
class UpstreamEndpoints implements CamelContextCustomizer {

    @Override
    public void configure(CamelContext context) {
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onEndpointAdd(Endpoint endpoint) {
                if (endpoint instanceof HttpEndpoint http) {
                    http.setHeaderFilterStrategy(new SentHeaders(http.getHeaderFilterStrategy()));
                    HttpClientConfigurer own = http.getHttpClientConfigurer();
                    http.setHttpClientConfigurer(client -> configure(client, http.isDisableStreamCache(), own));
                }
            }
        });
    }

    private static void configure(HttpClientBuilder client, boolean pieces, HttpClientConfigurer own) {
        client.disableContentCompression();
        client.addExecInterceptorFirst("inspect-reply", new ReplyInspector(false, pieces));
        if (own != null) {
            own.configureHttpClient(client);
        }
    }
}
