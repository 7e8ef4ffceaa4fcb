package dev.tollgate.upstream;

import java.util.List;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.WireTapDefinition;
import org.apache.camel.spi.CamelContextCustomizer;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Received;

/**
 * A call over HTTP without {@code bridgeEndpoint} goes to the address that the route says, whatever path and query the
 * request of the caller had: Camel would put these in its place. What the route itself has set counts.
 */
@Component
class FixedAddresses implements CamelContextCustomizer, InterceptStrategy {

    private static final List<String> OF_THE_CALLER = List.of(Exchange.HTTP_URI, Exchange.HTTP_PATH, Exchange.HTTP_QUERY,
            Exchange.HTTP_RAW_QUERY, "CamelRestHttpUri");

    @Override
    public void configure(CamelContext context) {
        context.getCamelContextExtension().addInterceptStrategy(this);
    }

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode definition, Processor target, Processor next) {
        boolean tap = definition instanceof WireTapDefinition; // which sends a copy: what is removed here the steps behind it would miss
        String uri = definition instanceof ToDefinition to ? to.getEndpointUri()
                : definition instanceof ToDynamicDefinition to && !tap ? to.getUri() : "";
        return isFixed(uri == null ? "" : context.resolvePropertyPlaceholders(uri)) ? new Fixed(target) : target;
    }

    private static boolean isFixed(String uri) {
        return (uri.startsWith("http:") || uri.startsWith("https:")) && !uri.contains("bridgeEndpoint=true");
    }

    private static final class Fixed extends DelegateAsyncProcessor {

        Fixed(Processor processor) {
            super(processor);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            OF_THE_CALLER.forEach(name -> {
                if (Received.unchanged(exchange, name, exchange.getMessage().getHeader(name))) {
                    exchange.getMessage().removeHeader(name);
                }
            });
            return super.process(exchange, callback);
        }
    }
}
