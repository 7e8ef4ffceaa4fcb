package dev.tollgate.door;

import org.apache.camel.CamelContext;
import org.apache.camel.Ordered;
import org.apache.camel.spi.CamelContextCustomizer;
import org.apache.camel.spi.InterceptStrategy;

/** Puts a better way of doing it in the place of some steps, of every set of routes. */
abstract class StepInterceptor implements CamelContextCustomizer, InterceptStrategy, Ordered {

    @Override
    public final void configure(CamelContext context) {
        context.getCamelContextExtension().addInterceptStrategy(this);
    }

    /** Next to the step itself, which the others then stand around. */
    @Override
    public final int getOrder() {
        return LOWEST;
    }
}
