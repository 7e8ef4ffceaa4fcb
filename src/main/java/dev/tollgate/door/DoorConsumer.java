package dev.tollgate.door;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.support.DefaultConsumer;
import org.apache.catalina.connector.ClientAbortException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.web.multipart.MultipartHttpServletRequest;
import org.springframework.web.util.pattern.PathPattern;

import dev.tollgate.gateway.BodiesInMemory;
import dev.tollgate.gateway.Caller;
import dev.tollgate.gateway.DoorProblems;
import dev.tollgate.gateway.Received;
import dev.tollgate.gateway.RequestIds;
import dev.tollgate.gateway.RequestProblem;
import dev.tollgate.gateway.keys.KeyScope;

/**
 * The entrance of one route: runs it on the thread of the request, from the first byte read to the last written; but for
 * a route that begins a {@link LongWait}, which ends on another one.
 */
final class DoorConsumer extends DefaultConsumer implements PlatformHttpConsumer {

    private static final Logger log = LoggerFactory.getLogger(DoorConsumer.class);

    private final DoorBinding binding;
    private final Optional<Executor> threads;

    /** @param threads to go on with after a long wait, where threads are virtual */
    DoorConsumer(PlatformHttpEndpoint endpoint, Processor processor, DoorBinding binding, Optional<Executor> threads) {
        super(endpoint, processor);
        this.binding = binding;
        this.threads = threads;
    }

    @Override
    public PlatformHttpEndpoint getEndpoint() {
        return (PlatformHttpEndpoint) super.getEndpoint();
    }

    /**
     * Serves a request.
     *
     * @param last to be run when it is over, on whatever thread
     */
    void serve(HttpServletRequest request, HttpServletResponse response, PathPattern.PathMatchInfo match, Runnable last)
            throws IOException {
        Exchange exchange = createExchange(false);
        // An upload stays in the container's hands, which deletes its files when the servlet returns.
        LongWait wait = threads.isEmpty() || request instanceof MultipartHttpServletRequest ? null : new LongWait(request, threads.get());
        boolean goesOn = false;
        try {
            goesOn = route(exchange, request, response, match, wait, last);
            if (!goesOn) {
                answer(exchange, response);
            }
        }
        finally {
            if (!goesOn) {
                end(exchange, last);
            }
        }
    }

    /** @return whether the route goes on without this thread */
    private boolean route(Exchange exchange, HttpServletRequest request, HttpServletResponse response,
            PathPattern.PathMatchInfo match, LongWait wait, Runnable last) {
        exchange.setPattern(ExchangePattern.InOut);
        try {
            createUoW(exchange);
            exchange.setProperty(Received.ENTRANCE, getEndpoint());
            exchange.setProperty(Received.EXCHANGE, exchange);
            new StreamPulse(response).addTo(exchange);
            exchange.setProperty(Caller.PROPERTY, request.getAttribute(Caller.PROPERTY));
            exchange.setProperty(Caller.LONG_WAIT, wait);
            binding.read(request, match, exchange);
            refuseBeforeTheFirstStep(exchange);
            if (wait != null) {
                return waitingRoute(exchange, response, wait, last);
            }
            getProcessor().process(exchange);
        }
        catch (IOException callerGone) {
            exchange.setException(callerGone);
        }
        catch (Exception e) {
            exchange.setException(e);
            getExceptionHandler().handleException("A route failed with no handler for it", exchange, e);
        }
        return false;
    }

    /** @return whether the route goes on without this thread */
    private boolean waitingRoute(Exchange exchange, HttpServletResponse response, LongWait wait, Runnable last) {
        CompletableFuture<Void> routed = new CompletableFuture<>();
        getAsyncProcessor().process(exchange, doneSync -> routed.complete(null));
        if (wait.hasBegun()) {
            wait.end(routed, stays -> finish(exchange, response, stays, last));
            return true;
        }
        routed.join(); // another step that has threads of its own
        return false;
    }

    /** The end of a request after a long wait. What is thrown here nobody would answer. */
    private void finish(Exchange exchange, HttpServletResponse response, boolean stays, Runnable last) {
        try {
            if (stays) {
                answer(exchange, response);
            }
        }
        catch (IOException | RuntimeException e) {
            getExceptionHandler().handleException("An answer could not be written", exchange, e);
            failed(exchange, response);
        }
        finally {
            end(exchange, last);
        }
    }

    private static void failed(Exchange exchange, HttpServletResponse response) {
        try {
            String id = response.getHeader(RequestIds.HEADER);
            response.reset(); // perhaps it is the headers that cannot be written
            response.setHeader(RequestIds.HEADER, id);
            DoorProblems.write(response, HttpServletResponse.SC_INTERNAL_SERVER_ERROR, "Internal error");
        }
        catch (IOException | IllegalStateException brokenOff) {
            log.debug("The caller of a failed answer hears nothing", brokenOff);
            Caller.of(exchange).hangUp();
        }
    }

    private void answer(Exchange exchange, HttpServletResponse response) throws IOException {
        try {
            binding.write(exchange, response);
        }
        catch (IOException brokenOff) {
            if (!response.isCommitted()) {
                throw brokenOff;
            }
            Caller.of(exchange).hangUp();
            log.atLevel(brokenOff instanceof ClientAbortException ? Level.DEBUG : Level.WARN)
                    .log("The answer to request {} broke off: {}", response.getHeader(RequestIds.HEADER), brokenOff.toString());
        }
    }

    private void end(Exchange exchange, Runnable last) {
        BodiesInMemory.Share share = exchange.getProperty(BodiesInMemory.SHARE, BodiesInMemory.Share.class);
        StreamPulse.of(exchange).stop();
        try (share) {
            doneUoW(exchange);
            releaseExchange(exchange, false);
        }
        finally {
            last.run();
        }
    }

    /** An exception that stands before the first step goes to the route's error handling instead of into the step. */
    private static void refuseBeforeTheFirstStep(Exchange exchange) {
        RequestProblem problem = exchange.getProperty(RequestProblem.PROPERTY, RequestProblem.class);
        if (problem != null) {
            exchange.setException(problem.refusal());
        }
        else {
            KeyScope.refusal(exchange).ifPresent(exchange::setException);
        }
    }
}
