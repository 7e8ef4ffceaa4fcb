package dev.tollgate.tomcat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.apache.tomcat.util.res.StringManager;
import org.springframework.http.HttpStatus;

import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestIds;
import dev.tollgate.gateway.RequestPath;

/** Answers in JSON, with a request id, what Tomcat refuses before any filter sees it; it would answer a page. */
public final class PlainErrors extends ErrorReportValve {

    /** Tomcat calls these 400; there is a status that says what is wrong. */
    private static final String TOO_LARGE = StringManager.getManager("org.apache.coyote.http11")
            .getString("iib.requestheadertoolarge.error");

    private static final String TOO_MANY = StringManager.getManager("org.apache.tomcat.util.http")
            .getString("headers.maxCountFail", "#").split("#")[0];

    /** The path in a request line, whatever else is wrong with it. */
    private static final Pattern PATH = Pattern.compile("\\S+ +(/[^\\s?]*)");

    /** Bytes of a request line that show where it goes. */
    private static final int START = 200;

    @Override
    protected void report(Request request, Response response, Throwable thrown) {
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        int status = isHeaderTooLarge(thrown) ? 431 : response.getStatus();
        HttpStatus known = HttpStatus.resolve(status);
        response.setHeader(RequestIds.HEADER, RequestIds.idOf(request.getHeader(RequestIds.HEADER)));
        boolean unread = RequestPath.of(request).raw().isEmpty();
        if (unread || status == 431 || request.getCoyoteRequest().getMimeHeaders().size() == 0) {
            request.setAttribute(Dialect.HEADERS_UNREAD, true);
        }
        Dialect dialect = unread ? Dialect.of(path(request)) : Dialect.of(request);
        try {
            dialect.write(request, response, Refusal.of(status, known == null ? "Error" : known.getReasonPhrase()));
        }
        catch (IOException callerGone) {
            container.getLogger().debug("Nobody is there to read an error", callerGone);
        }
    }

    /** Of a line that Tomcat did not read to its end, as it was received; empty when there is none. */
    private static String path(Request request) {
        if (!(request.getCoyoteRequest().getInputBuffer() instanceof ApplicationBufferHandler received)) {
            return "";
        }
        ByteBuffer line = received.getByteBuffer().duplicate().clear();
        byte[] start = new byte[Math.min(START, line.limit())];
        line.get(start);
        Matcher path = PATH.matcher(new String(start, StandardCharsets.ISO_8859_1));
        return path.lookingAt() ? path.group(1) : "";
    }

    private static boolean isHeaderTooLarge(Throwable thrown) {
        String message = thrown == null || thrown.getMessage() == null ? "" : thrown.getMessage();
        return message.equals(TOO_LARGE) || message.startsWith(TOO_MANY);
    }
}
