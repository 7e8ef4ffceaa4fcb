package dev.tollgate.upstream;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.camel.component.http.HttpComponent;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.HttpConnectionFactory;
import org.apache.hc.core5.util.TimeValue;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.BodiesInMemory;

/** Makes the HTTP clients of the gateway, which all keep the limits of this package. */
@Component
public class UpstreamClients implements AutoCloseable {

    /** An answer with more headers than this is none that anybody reads. */
    private static final int MOST_HEADERS = 200;
    /** Bytes, three times for each connection, in use or not. What is longer goes past them. */
    private static final int BUFFER = 4096;

    private static final int OWN_CONNECTIONS = 64;

    private final UpstreamProperties bounds;
    private final BodiesInMemory account;
    private final Http1Config config;
    private final ScheduledThreadPoolExecutor timer;
    private final Deadlines deadlines;

    public UpstreamClients(UpstreamProperties bounds, BodiesInMemory account) {
        this.bounds = bounds;
        this.account = account;
        this.config = Http1Config.custom().setBufferSize(BUFFER).setMaxHeaderCount(MOST_HEADERS).setMaxLineLength(most()).build();
        CustomizableThreadFactory thread = new CustomizableThreadFactory("upstream-deadlines-");
        thread.setDaemon(true);
        // What it does at a deadline is to close a socket, which waits for nobody.
        this.timer = new ScheduledThreadPoolExecutor(1, thread, new ThreadPoolExecutor.DiscardPolicy());
        this.deadlines = new Deadlines(System::nanoTime, (nanos, task) -> timer.schedule(task, nanos, TimeUnit.NANOSECONDS));
    }

    private int most() {
        return (int) bounds.maxHeadSize().toBytes();
    }

    /** Camel's component for {@code http:} and {@code https:} endpoints, one for each context and scheme. */
    public HttpComponent component() {
        return new UpstreamHttp(this);
    }

    /**
     * A client for token endpoints, which no route calls. It does nothing by itself: no redirects, no repetitions, no cookies.
     * Replies are inspected as those of all upstreams.
     */
    public CloseableHttpClient tokenClient() {
        HttpClientBuilder client = HttpClientBuilder.create().useSystemProperties().disableAutomaticRetries()
                .disableRedirectHandling().disableCookieManagement().disableAuthCaching().disableContentCompression()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create().useSystemProperties()
                        .setConnectionFactory(connections()).setDefaultConnectionConfig(connectionConfig())
                        .setMaxConnTotal(OWN_CONNECTIONS).setMaxConnPerRoute(OWN_CONNECTIONS).build());
        client.addExecInterceptorFirst("inspect-reply", new ReplyInspector(true, false));
        limit(client, false);
        return client.build();
    }

    /** @param pieces whether answers pass on piece by piece instead of being held whole */
    void limit(HttpClientBuilder client, boolean pieces) {
        new ExchangeLimits(deadlines, bounds, account, pieces).addTo(client);
    }

    HttpConnectionFactory<ManagedHttpClientConnection> connections() {
        return socket -> {
            UpstreamConnection connection = UpstreamConnection.create(config, most());
            if (socket != null) {
                connection.bind(socket);
            }
            return connection;
        };
    }

    /** Every connection is looked at before it is used again; see {@link UpstreamConnection#isStale}. */
    static ConnectionConfig connectionConfig() {
        return ConnectionConfig.custom().setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS).build();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
