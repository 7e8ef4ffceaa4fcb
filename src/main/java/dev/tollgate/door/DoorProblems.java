package dev.tollgate.door;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.http.HttpServletResponse;

/** The door's own answers, for what never reached a route or left it by an exception that no route handles. */
final class DoorProblems {

    private DoorProblems() {
    }

    static void write(HttpServletResponse response, int status, String message) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        byte[] body = """
                {"status":"error","message":"%s","data":null,"requestId":"%s"}"""
                .formatted(message, response.getHeader(RequestIds.HEADER)).getBytes(StandardCharsets.UTF_8);
        response.resetBuffer();
        response.setStatus(status);
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
