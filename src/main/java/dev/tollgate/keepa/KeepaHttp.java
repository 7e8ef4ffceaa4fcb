package dev.tollgate.keepa;

import dev.tollgate.gateway.RawTarget;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.springframework.stereotype.Component;

/**
 * How requests to Keepa go over the wire: with the path and query of {@link KeepaKey}.
 */
@Component("keepaHttp")
public class KeepaHttp implements HttpClientConfigurer {

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.addRequestInterceptorLast(RawTarget::address);
    }
}
