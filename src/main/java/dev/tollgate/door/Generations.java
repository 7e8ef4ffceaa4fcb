package dev.tollgate.door;

import java.util.concurrent.atomic.AtomicReference;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Holds the generation that serves. The first one is built before the web server opens and the last one closed after
 * it has finished its requests.
 */
@Component
class Generations implements SmartLifecycle {

    private final GenerationFactory factory;
    private final DoorProperties properties;
    private final AtomicReference<Generation> active = new AtomicReference<>();

    Generations(GenerationFactory factory, DoorProperties properties) {
        this.factory = factory;
        this.properties = properties;
    }

    /** The generation that serves, entered: the caller must {@link Generation#leave() leave} it. */
    Generation enter() {
        while (true) {
            Generation generation = active.get();
            generation.enter();
            if (generation == active.get()) {
                return generation;
            }
            generation.leave(); // replaced in between: the next one serves
        }
    }

    Generation active() {
        return active.get();
    }

    @Override
    public void start() {
        try {
            Generation first = factory.build();
            active.set(first);
            first.takeOver();
        }
        catch (Exception e) {
            throw new IllegalStateException("The routes cannot be started: " + e.getMessage(), e);
        }
    }

    @Override
    public void stop() {
        Generation last = active.getAndSet(null);
        try {
            last.close(properties.drainTimeout());
        }
        catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return active.get() != null;
    }

    @Override
    public int getPhase() {
        return 0; // before the web server starts, after it has stopped
    }
}
