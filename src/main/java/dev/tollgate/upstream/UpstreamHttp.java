package dev.tollgate.upstream;

import java.util.Map;

import org.apache.camel.component.http.CompositeHttpConfigurer;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.spi.annotations.Component;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.socket.ConnectionSocketFactory;
import org.apache.hc.core5.http.config.Registry;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;

/**
 * Camel's HTTP component with the limits of this package on every endpoint, whatever else its route configures. An endpoint
 * with {@code disableStreamCache: true} passes answers on piece by piece.
 */
@Component("http,https")
public class UpstreamHttp extends HttpComponent {

    private final UpstreamClients clients;

    UpstreamHttp(UpstreamClients clients) {
        this.clients = clients;
    }

    @Override
    protected HttpClientConfigurer createHttpClientConfigurer(Map<String, Object> parameters, boolean secure) throws Exception {
        boolean pieces = getParameter(parameters, "disableStreamCache", Boolean.class, false);
        return CompositeHttpConfigurer.combineConfigurers(super.createHttpClientConfigurer(parameters, secure),
                client -> clients.limit(client, pieces));
    }

    @Override
    protected HttpClientConnectionManager createConnectionManager(Registry<ConnectionSocketFactory> registry,
            int maxTotalConnections, int connectionsPerRoute, SocketConfig defaultSocketConfig) {
        PoolingHttpClientConnectionManager manager = new PoolingHttpClientConnectionManager(registry, PoolConcurrencyPolicy.STRICT,
                TimeValue.ofMilliseconds(getConnectionTimeToLive()), clients.connections());
        manager.setDefaultConnectionConfig(UpstreamClients.connectionConfig());
        manager.setDefaultSocketConfig(defaultSocketConfig);
        manager.setMaxTotal(maxTotalConnections > 0 ? maxTotalConnections : getMaxTotalConnections());
        manager.setDefaultMaxPerRoute(connectionsPerRoute > 0 ? connectionsPerRoute : getConnectionsPerRoute());
        return manager;
    }
}
