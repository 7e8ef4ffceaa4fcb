package dev.tollgate.door;

import java.util.ArrayList;
import java.util.List;

import org.apache.camel.Component;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.support.LifecycleStrategySupport;
import org.quartz.SchedulerException;

/**
 * Lets the jobs of a context begin only when all its routes are loaded. Camel starts an endpoint before it can be found, so
 * that a job which fires in between, as on a busy machine, finds none, tries to make it again and fails.
 */
final class LaterSchedulers extends LifecycleStrategySupport {

    /** Bound: components of the route files. */
    private final List<QuartzComponent> components = new ArrayList<>();

    @Override
    public void onComponentAdd(String name, Component component) {
        if (component instanceof QuartzComponent quartz) {
            quartz.setAutoStartScheduler(false);
            components.add(quartz);
        }
    }

    /** Jobs whose routes are not started fire into nothing from now on. */
    void start() throws SchedulerException {
        for (QuartzComponent quartz : components) {
            quartz.getScheduler().start();
        }
    }
}
