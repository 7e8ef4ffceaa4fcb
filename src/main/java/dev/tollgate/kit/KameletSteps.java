package dev.tollgate.kit;

import java.util.concurrent.atomic.AtomicLong;

import org.apache.camel.Route;
import org.apache.camel.model.KameletDefinition;
import org.apache.camel.reifier.KameletReifier;
import org.apache.camel.reifier.ProcessorReifier;

/**
 * Sees to it that every kamelet step of a route runs the steps that stand inside it. Camel tells kamelets apart by their
 * parameters alone, so that of two steps with the same ones, as of two routes that share a bucket, one would run the other's.
 */
final class KameletSteps {

    private static final String USE = "tollgateUse=";
    private static final AtomicLong USES = new AtomicLong();

    private KameletSteps() {
    }

    /** From now on, for all routes of this process. */
    static void tellApart() {
        ProcessorReifier.registerReifier(KameletDefinition.class, (route, step) -> reifier(route, (KameletDefinition) step));
    }

    private static KameletReifier reifier(Route route, KameletDefinition step) {
        if (!step.getName().contains(USE)) {
            step.setName(step.getName() + (step.getName().contains("?") ? "&" : "?") + USE + USES.incrementAndGet());
        }
        return new KameletReifier(route, step);
    }
}
