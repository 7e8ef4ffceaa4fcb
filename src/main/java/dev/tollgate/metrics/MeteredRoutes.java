package dev.tollgate.metrics;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelContextCustomizer;
import org.springframework.stereotype.Component;

/** Puts the meters on a set of routes before it is loaded. */
@Component
record MeteredRoutes(CallMeters meters, Callers callers) implements CamelContextCustomizer {

    @Override
    public void configure(CamelContext context) {
        context.getCamelContextExtension().addInterceptStrategy(new StepMeter(meters));
        context.addRoutePolicyFactory(new RouteMeter(meters, callers));
    }
}
