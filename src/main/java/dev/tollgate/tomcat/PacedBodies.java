package dev.tollgate.tomcat;

import java.io.IOException;
import java.util.concurrent.Semaphore;

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

import dev.tollgate.gateway.BodiesInMemory;
import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.DoorProperties;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestIds;
import dev.tollgate.gateway.RequestPath;
import dev.tollgate.gateway.RequestProblem;

/**
 * Bounds the body of every request before anybody reads it: its size by method and path, the time it may take, and the
 * memory that all bodies take together. Tomcat bounds the silence between two bytes only, so that a caller who sends one now
 * and then, with or without a key, could hold a thread for days.
 */
public final class PacedBodies extends ValveBase {

    /** Request attribute: the most bytes that the body of this request may have. Only where it has one. */
    public static final String LIMIT = "TollgateBodyLimit";

    /** Request attribute: the {@link PacedInput} of the body. Only where there is one. */
    public static final String PACED = "TollgateBody";

    private final PaceProperties properties;
    private final BodiesInMemory account;
    private final BodyLimits limits;
    private final long maxDrain;
    /** Half of those who are served at all: callers who send slowly leave room for others. */
    private final Semaphore places = new Semaphore(AttentiveProtocol.busy(8));

    PacedBodies(PaceProperties properties, BodiesInMemory account, BodyLimits limits, long maxDrain) {
        super(true);
        this.properties = properties;
        this.account = account;
        this.limits = limits;
        this.maxDrain = maxDrain;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        org.apache.coyote.Request wire = request.getCoyoteRequest();
        BodiesInMemory.Share share = account.share();
        request.setAttribute(BodiesInMemory.SHARE, share);
        boolean hasBody = wire.getContentLengthLong() > 0 || wire.getHeader("Transfer-Encoding") != null;
        try {
            if (hasBody) {
                pace(request, response, share);
            }
            else {
                getNext().invoke(request, response);
            }
        }
        finally {
            if (!request.isAsync()) {
                share.close(); // else whoever ends the request later does it
            }
        }
    }

    private void pace(Request request, Response response, BodiesInMemory.Share share) throws IOException, ServletException {
        org.apache.coyote.Request wire = request.getCoyoteRequest();
        InputBuffer body = wire.getInputBuffer();
        BodyLimits.Limit limit = limits.of(request.getMethod(), RequestPath.of(request).value());
        PacedInput paced = new PacedInput(body, System::nanoTime, properties.bodyTimeout(), properties.bodyMinRate().toBytes(),
                limit.isOfTheDoor() ? limit.bytes() : Long.MAX_VALUE, share, places);
        wire.setInputBuffer(paced);
        request.setAttribute(LIMIT, limit.bytes());
        request.setAttribute(PACED, paced);
        try {
            if (limit.isOfTheDoor() && wire.getContentLengthLong() > limit.bytes()) {
                answer(request, response, tooLarge(limit.bytes()));
            }
            else {
                getNext().invoke(request, response);
            }
            if (!request.isAsync()) {
                share.close(); // what is read away from here on is kept by nobody
                end(request, response, paced, limit.bytes());
            }
        }
        finally {
            paced.leavePlace();
            wire.setInputBuffer(body); // it is used again for the connection's next request
        }
    }

    /** A body that was not read is read away, so that a caller who is still sending sees the answer; but not for ever. */
    private void end(Request request, Response response, PacedInput paced, long limit) throws IOException {
        switch (paced.problem()) {
            case 408 -> answer(request, response, Refusal.of(408, "The body came too slowly. Send it faster, or less of it."));
            case 400 -> answer(request, response, Refusal.of(400, "The body is malformed."));
            case 413 -> answer(request, response, tooLarge(limit));
            case 503 -> answerNoRoom(request, response);
            default -> {
            }
        }
        boolean mayDrain = paced.problem() != 408 && paced.problem() != 400;
        if (mayDrain) {
            if (paced.problem() == 0 && response.isErrorReportRequired()) {
                HttpStatus status = HttpStatus.resolve(response.getStatus());
                answer(request, response, Refusal.of(response.getStatus(), status == null ? "Error" : status.getReasonPhrase()));
            }
            response.finishResponse();
        }
        if (!mayDrain || !paced.drain(maxDrain)) {
            request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
        }
    }

    /** Unless the route has said so in its own words, which Tomcat drops where it met the body's end itself. */
    private static void answerNoRoom(Request request, Response response) throws IOException {
        if (response.getStatus() < 400 || response.isErrorReportRequired() || Dialect.of(request) == Dialect.TOKEN_ENDPOINT) {
            answer(request, response, RequestProblem.NO_ROOM.refusal());
        }
    }

    private static Refusal tooLarge(long limit) {
        return Refusal.of(413, "More than %d bytes of body are not read here. Send less.".formatted(limit));
    }

    private static void answer(Request request, Response response, Refusal refusal) throws IOException {
        response.setErrorReported(); // else Tomcat has the error page answer once more, which the key filters refuse
        if (!response.isCommitted()) {
            response.setSuspended(false); // as an error that was sent, but not yet written, leaves it
            if (response.getHeader(RequestIds.HEADER) == null) {
                response.setHeader(RequestIds.HEADER, RequestIds.idOf(request.getHeader(RequestIds.HEADER)));
            }
            response.setHeader("Connection", "close");
            Dialect.of(request).write(request, response, refusal);
            response.finishResponse();
        }
    }

    /** Has Tomcat bound bodies, and answer by {@link PlainErrors} what never comes so far. */
    @Component
    static class Installer implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

        private final PaceProperties properties;
        private final BodiesInMemory account;
        private final BodyLimits limits;
        private final ServerProperties server;

        Installer(PaceProperties properties, DoorProperties door, BodiesInMemory account, ServerProperties server) {
            this.properties = properties;
            this.account = account;
            this.limits = new BodyLimits(Math.min(door.maxBodySize().toBytes(), account.max()));
            this.server = server;
        }

        @Override
        public void customize(TomcatServletWebServerFactory tomcat) {
            tomcat.addContextValves(new PacedBodies(properties, account, limits,
                    server.getTomcat().getMaxSwallowSize().toBytes()));
            tomcat.addContextCustomizers(context ->
                    ((StandardHost) context.getParent()).setErrorReportValveClass(PlainErrors.class.getName()));
        }
    }
}
