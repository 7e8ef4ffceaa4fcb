package dev.tollgate.kit;

import java.util.concurrent.atomic.AtomicLong;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.ErrorHandlerFactory;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.model.KameletDefinition;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.reifier.KameletReifier;
import org.apache.camel.spi.CamelContextCustomizer;
import org.apache.camel.spi.ProcessorFactory;
import org.apache.camel.spi.UnitOfWork;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.springframework.stereotype.Component;

/**
 * Sees to it that a kamelet step of a route runs the steps that stand inside it, as steps of that route.
 *
 * <ul>
 * <li>Camel tells kamelets apart by their parameters alone, so that of two steps with the same ones, as of two routes that share
 * a bucket, one would run the other's: each step has a name of its own here.
 * <li>Their failure passes to the kamelet, which settles, gives back or tries again, and from the kamelet to the error handling
 * of the route. Camel puts that handling around each step inside as well, where it looks for its onException in the route that
 * is current: the kamelet's own one, which has none. The failure would be handled by nothing, and the answer empty.
 * <li>The route is the current one while they run; a split or multicast refuses to work in any other.
 * </ul>
 */
@Component
final class KameletSteps implements CamelContextCustomizer {

    private static final String USE = "tollgateUse=";
    private static final AtomicLong USES = new AtomicLong();

    @Override
    public void configure(CamelContext context) {
        ProcessorFactory ofCamel = PluginHelper.getProcessorFactory(context);
        context.getCamelContextExtension().addContextPlugin(ProcessorFactory.class, new Factory(ofCamel));
    }

    private record Factory(ProcessorFactory ofCamel) implements ProcessorFactory {

        @Override
        public Processor createProcessor(Route route, NamedNode step) throws Exception {
            if (step instanceof KameletDefinition kamelet && !kamelet.getName().contains(USE)) {
                kamelet.setName(kamelet.getName() + (kamelet.getName().contains("?") ? "&" : "?") + USE + USES.incrementAndGet());
            }
            return ofCamel.createProcessor(route, step);
        }

        @Override
        public Processor createChildProcessor(Route route, NamedNode step, boolean mandatory) throws Exception {
            return step instanceof KameletDefinition kamelet ? new Inside(route, kamelet).steps()
                    : ofCamel.createChildProcessor(route, step, mandatory);
        }

        @Override
        public Processor createProcessor(CamelContext context, String definition, Object[] arguments) throws Exception {
            return ofCamel.createProcessor(context, definition, arguments);
        }
    }

    private static final class Inside extends KameletReifier {

        Inside(Route route, KameletDefinition kamelet) {
            super(route, kamelet);
        }

        /** Null where there are none. */
        Processor steps() throws Exception {
            ErrorHandlerFactory ofRoute = route.getErrorHandlerFactory();
            route.setErrorHandlerFactory(new NoErrorHandlerDefinition());
            try {
                Processor steps = createOutputsProcessor();
                return steps == null ? null : new InRoute(route, steps);
            }
            finally {
                route.setErrorHandlerFactory(ofRoute);
            }
        }
    }

    private static final class InRoute extends DelegateAsyncProcessor {

        private final Route route;

        InRoute(Route route, Processor steps) {
            super(steps);
            this.route = route;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            UnitOfWork work = exchange.getUnitOfWork();
            work.pushRoute(route);
            return super.process(exchange, doneSync -> {
                work.popRoute();
                callback.done(doneSync);
            });
        }
    }
}
