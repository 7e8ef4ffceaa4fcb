package dev.tollgate.metrics;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelContextCustomizer;
import org.springframework.stereotype.Component;

/** Puts the meters on a set of routes before it is loaded. */
@Component
class MeteredRoutes implements CamelContextCustomizer {

    private final CallMeters meters;
    private final Callers callers;

    MeteredRoutes(CallMeters meters, Callers callers) {
        this.meters = meters;
        this.callers = callers;
    }

    @Override
    public void configure(CamelContext context) {
        context.getCamelContextExtension().addInterceptStrategy(new StepMeter(meters));
        context.addRoutePolicyFactory(new RouteMeter(meters, callers));
    }
}
