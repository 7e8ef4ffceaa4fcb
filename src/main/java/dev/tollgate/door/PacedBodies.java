package dev.tollgate.door;

import java.io.IOException;

import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.Refusal;

import jakarta.servlet.ServletException;

import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.coyote.InputBuffer;

import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Gives every body a {@link PacedInput}. Tomcat bounds the silence between two bytes only, so that a caller who sends
 * one now and then, with or without a key, could hold a thread for days.
 */
final class PacedBodies extends ValveBase {

    private final PaceProperties properties;
    private final long maxDrain;

    PacedBodies(PaceProperties properties, long maxDrain) {
        super(true);
        this.properties = properties;
        this.maxDrain = maxDrain;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        org.apache.coyote.Request wire = request.getCoyoteRequest();
        boolean hasBody = wire.getContentLengthLong() > 0 || wire.getHeader("Transfer-Encoding") != null;
        if (!hasBody) {
            getNext().invoke(request, response);
            return;
        }
        InputBuffer body = wire.getInputBuffer();
        PacedInput paced = new PacedInput(body, System::nanoTime, properties.bodyTimeout(), properties.bodyMinRate().toBytes());
        wire.setInputBuffer(paced);
        try {
            getNext().invoke(request, response);
            if (!request.isAsync()) {
                end(request, response, paced);
            }
        }
        finally {
            wire.setInputBuffer(body); // it is used again for the connection's next request
        }
    }

    /** A body that was not read is read away, so that a caller who is still sending sees the answer; but not for ever. */
    private void end(Request request, Response response, PacedInput paced) throws IOException {
        if (paced.problem() == 408) {
            answer(request, response, Refusal.of(408, "The body came too slowly. Send it faster, or less of it."));
        }
        else if (paced.problem() == 400) {
            answer(request, response, Refusal.of(400, "The body is malformed."));
        }
        if (paced.problem() != 0) {
            request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
            return;
        }
        if (response.isErrorReportRequired()) {
            HttpStatus status = HttpStatus.resolve(response.getStatus());
            answer(request, response, Refusal.of(response.getStatus(), status == null ? "Error" : status.getReasonPhrase()));
        }
        response.finishResponse();
        if (!paced.drain(maxDrain)) {
            request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
        }
    }

    private static void answer(Request request, Response response, Refusal refusal) throws IOException {
        response.setErrorReported(); // else Tomcat has the error page answer once more, which the key filters refuse
        if (!response.isCommitted()) {
            response.setSuspended(false); // as an error that was sent, but not yet written, leaves it
            response.setHeader("Connection", "close");
            Dialect.of(request).write(request, response, refusal);
            response.finishResponse();
        }
    }

    /** Has Tomcat bound bodies, and answer by {@link PlainErrors} what never comes so far. */
    @Component
    static class Installer implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

        private final PaceProperties properties;
        private final ServerProperties server;

        Installer(PaceProperties properties, ServerProperties server) {
            this.properties = properties;
            this.server = server;
        }

        @Override
        public void customize(TomcatServletWebServerFactory tomcat) {
            tomcat.addContextValves(new PacedBodies(properties, server.getTomcat().getMaxSwallowSize().toBytes()));
            tomcat.addContextCustomizers(context ->
                    ((StandardHost) context.getParent()).setErrorReportValveClass(PlainErrors.class.getName()));
        }
    }
}
