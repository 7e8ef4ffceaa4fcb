package dev.tollgate.gateway;

import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.springframework.stereotype.Component;

/** Sends a request to a path and query byte for byte as they are given, which Camel would encode anew. */
@Component("rawTarget")
public final class RawTarget implements HttpClientConfigurer {

    /** The message header that holds path and query; it never leaves. Callers cannot set it: the door drops it. */
    public static final String HEADER = "TollgateTarget";

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.addRequestInterceptorLast(RawTarget::address);
    }

    /** An {@link org.apache.hc.core5.http.HttpRequestInterceptor}. */
    public static void address(HttpRequest request, EntityDetails entity, HttpContext context) {
        Header target = request.getFirstHeader(HEADER);
        if (target != null) {
            request.setPath(target.getValue());
            request.removeHeaders(HEADER);
        }
    }
}
