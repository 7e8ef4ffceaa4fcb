package dev.tollgate.upstream;

import org.apache.camel.Processor;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.camel.processor.SendDynamicProcessor;
import org.apache.camel.processor.SendProcessor;

/** Which steps of a route call an upstream. */
public final class UpstreamSteps {

    private UpstreamSteps() {
    }

    /**
     * Whether a step always calls an upstream.
     *
     * @param target the step as other strategies have wrapped it
     * @param step   the step itself; null where nothing stands around it yet
     */
    public static boolean calls(Processor target, Processor step) {
        return (step == null ? target : step) instanceof SendProcessor send && send.getDestination() instanceof HttpEndpoint;
    }

    /** Whether a step's address is known at run time only, so that it may call an upstream. */
    public static boolean mayCall(Processor target, Processor step) {
        return (step == null ? target : step) instanceof SendDynamicProcessor;
    }
}
