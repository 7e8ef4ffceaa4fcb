package dev.tollgate.metrics;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;
import org.jspecify.annotations.Nullable;

import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.Refusal;

/** Measures the routes that callers reach, from their first step to their last. */
final class RouteMeter implements RoutePolicyFactory {

    private final CallMeters meters;
    private final Callers callers;

    RouteMeter(CallMeters meters, Callers callers) {
        this.meters = meters;
        this.callers = callers;
    }

    /** @return null for a route that no caller reaches */
    @Override
    public @Nullable RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode node) {
        RouteDefinition route = (RouteDefinition) node;
        String uri = route.getInput().getEndpointUri();
        boolean entrance = uri.startsWith("platform-http:") || uri.startsWith("rest:");
        return entrance ? new Requests(route.getGroup() != null ? route.getGroup() : routeId) : null;
    }

    private final class Requests extends RoutePolicySupport {

        private final String api;

        Requests(String api) {
            this.api = api;
        }

        @Override
        public void onExchangeBegin(Route route, Exchange exchange) {
            CallTimes.of(exchange).cameInBy(api);
        }

        @Override
        public void onExchangeDone(Route route, Exchange exchange) {
            CallTimes times = CallTimes.of(exchange);
            Exception thrown = exchange.getException() != null ? exchange.getException()
                    : exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
            if (StepMeter.isDenial(thrown) && times.deny()) {
                meters.denied(api, "door"); // no step refused it, so it was refused before the first
            }
            meters.answered(api, status(exchange), times);
            callers.answered(KeyHolder.of(exchange), api, times.denied());
        }

        private static int status(Exchange exchange) {
            if (exchange.getException() != null) {
                return exchange.getException() instanceof Refusal refusal ? refusal.getStatus() : 500;
            }
            return exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
        }
    }
}
