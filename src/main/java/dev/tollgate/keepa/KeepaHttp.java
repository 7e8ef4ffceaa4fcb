package dev.tollgate.keepa;

import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.springframework.stereotype.Component;

/**
 * How requests to Keepa go over the wire: with the path and query of {@link KeepaKey}, which Camel would encode anew, and
 * with bodies compressed or not as they are.
 */
@Component("keepaHttp")
public class KeepaHttp implements HttpClientConfigurer {

    /** The message header that holds path and query; it never leaves. Callers cannot set it: the door drops it. */
    static final String TARGET = "TollgateTarget";

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.disableContentCompression();
        client.addRequestInterceptorLast(KeepaHttp::address);
    }

    private static void address(HttpRequest request, EntityDetails entity, HttpContext context) {
        Header target = request.getFirstHeader(TARGET);
        if (target != null) {
            request.setPath(target.getValue());
            request.removeHeaders(TARGET);
        }
    }
}
