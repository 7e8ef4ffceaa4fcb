package dev.tollgate.door;

import java.io.IOException;

import dev.tollgate.gateway.keys.KeyScope;

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

import org.springframework.web.util.pattern.PathPattern;

/** The entrance of one route: runs it on the thread of the request, from the first byte read to the last written. */
final class DoorConsumer extends DefaultConsumer implements PlatformHttpConsumer {

    private static final Logger log = LoggerFactory.getLogger(DoorConsumer.class);

    private final DoorBinding binding;

    DoorConsumer(PlatformHttpEndpoint endpoint, Processor processor, DoorBinding binding) {
        super(endpoint, processor);
        this.binding = binding;
    }

    @Override
    public PlatformHttpEndpoint getEndpoint() {
        return (PlatformHttpEndpoint) super.getEndpoint();
    }

    void serve(HttpServletRequest request, HttpServletResponse response, PathPattern.PathMatchInfo match)
            throws IOException {
        Exchange exchange = createExchange(false);
        exchange.setPattern(ExchangePattern.InOut);
        try {
            createUoW(exchange);
            exchange.setProperty(Received.ENTRANCE, getEndpoint());
            exchange.setProperty(Caller.PROPERTY, request.getAttribute(Caller.PROPERTY));
            binding.read(request, match, exchange);
            refuseBeforeTheFirstStep(exchange);
            getProcessor().process(exchange);
        }
        catch (IOException callerGone) {
            exchange.setException(callerGone);
        }
        catch (Exception e) {
            exchange.setException(e);
            getExceptionHandler().handleException("A route failed with no handler for it", exchange, e);
        }
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
        finally {
            doneUoW(exchange);
            releaseExchange(exchange, false);
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
