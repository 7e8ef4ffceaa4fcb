package dev.tollgate.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The door's own answers, for what never reached a route or left it by an exception that no route handles. */
public final class DoorProblems {

    private static final Logger log = LoggerFactory.getLogger(DoorProblems.class);

    private DoorProblems() {
    }

    /** What a route let pass: a refusal, or a call that brought no answer; all else is a mistake of ours. */
    public static void write(HttpServletResponse response, Exception thrown) throws IOException {
        Refusal no = OwnFailure.refusal(thrown).or(() -> FailedCall.refusal(thrown)).orElse(null);
        if (no == null) {
            log.error("A route failed with no answer for it", thrown);
            write(response, HttpServletResponse.SC_INTERNAL_SERVER_ERROR, "Internal error");
            return;
        }
        if (no.getRetryAfterSeconds() != null && !response.isCommitted()) {
            response.setHeader("Retry-After", no.getRetryAfterSeconds().toString());
        }
        write(response, no.getStatus(), no.getMessage());
    }

    public static void write(HttpServletResponse response, int status, String message) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        byte[] body = """
                {"status":"error","message":"%s","data":null,"requestId":"%s"}"""
                .formatted(new String(JsonStringEncoder.getInstance().quoteAsString(message)), response.getHeader(RequestIds.HEADER)).getBytes(StandardCharsets.UTF_8);
        response.resetBuffer();
        response.setStatus(status);
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
