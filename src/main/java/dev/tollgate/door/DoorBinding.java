package dev.tollgate.door;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import jakarta.activation.DataHandler;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.attachment.AttachmentMessage;
import org.apache.camel.attachment.DefaultAttachment;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.ObjectHelper;
import org.springframework.util.StreamUtils;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.multipart.MultipartHttpServletRequest;
import org.springframework.web.util.pattern.PathPattern;

import dev.tollgate.gateway.BodiesInMemory;
import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.DoorProblems;
import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.KeyInBody;
import dev.tollgate.gateway.QueryString;
import dev.tollgate.gateway.Received;
import dev.tollgate.gateway.RequestIds;
import dev.tollgate.gateway.RequestPath;
import dev.tollgate.gateway.RequestProblem;
import dev.tollgate.gateway.UploadedFile;
import dev.tollgate.logging.Pieces;
import dev.tollgate.logging.Redactor;
import dev.tollgate.tomcat.PacedBodies;
import dev.tollgate.tomcat.PacedInput;
import dev.tollgate.upstream.ContentCoding;

/**
 * Turns a servlet request into a Camel message and the message into the answer, byte for byte.
 *
 * <p>Differs from the starter's binding where that one would lose or leak something: a body is bytes, never text read
 * through a character set; an upload stays in the container's part, which the container deletes, and is never copied;
 * path variables are decoded; no header of the request is ever written back; and no header, nor the body of an error,
 * tells a secret. The headers of the protocol itself are never cut: those of an upstream were looked at when they came in.
 */
final class DoorBinding {

    private final HeaderFilterStrategy filter;
    private final long maxBodySize;
    private final BodiesInMemory account;

    /** @param maxBodySize for a body whose limit no {@link PacedBodies} has told */
    DoorBinding(HeaderFilterStrategy filter, long maxBodySize, BodiesInMemory account) {
        this.filter = filter;
        this.maxBodySize = maxBodySize;
        this.account = account;
    }

    void read(HttpServletRequest request, PathPattern.PathMatchInfo match, Exchange exchange) throws IOException {
        Message message = exchange.getMessage();
        for (Enumeration<String> names = request.getHeaderNames(); names.hasMoreElements();) {
            String name = names.nextElement();
            for (Enumeration<String> values = request.getHeaders(name); values.hasMoreElements();) {
                append(message, name, values.nextElement());
            }
        }
        String query = request.getQueryString();
        readQuery(query, message);
        match.getUriVariables().forEach((name, value) -> put(message, name, value));

        message.setHeader(Exchange.HTTP_METHOD, request.getMethod());
        String path = Received.path(exchange, RequestPath.of(request).raw());
        message.setHeader(Exchange.HTTP_PATH, path);
        message.setHeader(Exchange.HTTP_URI, path);
        message.setHeader(Exchange.HTTP_QUERY, query);
        message.setHeader(RequestIds.HEADER, request.getAttribute(RequestIds.HEADER));
        exchange.setProperty(RequestIds.HEADER, request.getAttribute(RequestIds.HEADER));
        exchange.setProperty(Received.SECURE, request.isSecure());
        exchange.setProperty(KeyHolder.PROPERTY, request.getAttribute(KeyHolder.PROPERTY));
        exchange.setProperty(KeyInBody.PROPERTY, request.getAttribute(KeyInBody.PROPERTY));
        exchange.setProperty(BodiesInMemory.SHARE, request.getAttribute(BodiesInMemory.SHARE));

        if (account.isFull() && Dialect.of(request) != Dialect.ENVELOPE) {
            exchange.setProperty(RequestProblem.PROPERTY, RequestProblem.NO_ROOM); // its reply would find none
        }
        else if (request instanceof MultipartHttpServletRequest multipart) {
            readParts(multipart, exchange);
        }
        else {
            readBody(request, exchange);
        }
        exchange.setProperty(Received.PROPERTY, new HashMap<>(message.getHeaders()));
    }

    private void readQuery(String query, Message message) {
        for (QueryString.Parameter parameter : QueryString.of(query).parameters()) {
            if (parameter.hasValue() && !parameter.name().isEmpty()) {
                append(message, parameter.name(), parameter.value());
            }
        }
    }

    /** Form fields become headers, as Camel's users expect; files become attachments under the name of their part. */
    private void readParts(MultipartHttpServletRequest request, Exchange exchange) {
        Message message = exchange.getMessage();
        try {
            request.getParameterMap().forEach((name, values) -> put(message, name, values[0]));
            AttachmentMessage attachments = exchange.getMessage(AttachmentMessage.class);
            for (List<MultipartFile> files : request.getMultiFileMap().values()) {
                MultipartFile file = files.get(0);
                attachments.addAttachmentObject(file.getName(),
                        new DefaultAttachment(new DataHandler(new UploadedFile(file))));
            }
        }
        catch (MaxUploadSizeExceededException e) {
            exchange.setProperty(RequestProblem.PROPERTY, RequestProblem.TOO_LARGE);
        }
        catch (MultipartException e) {
            exchange.setProperty(RequestProblem.PROPERTY,
                    hasNoRoom(request) ? RequestProblem.NO_ROOM : RequestProblem.MALFORMED);
        }
    }

    private void readBody(HttpServletRequest request, Exchange exchange) throws IOException {
        long limit = request.getAttribute(PacedBodies.LIMIT) instanceof Long told ? told : maxBodySize;
        long declared = request.getContentLengthLong();
        if (declared > limit) {
            exchange.setProperty(RequestProblem.PROPERTY, RequestProblem.TOO_LARGE);
            return;
        }
        try {
            byte[] body = request.getInputStream().readNBytes((int) Math.min(longest(request, declared, limit) + 1, Integer.MAX_VALUE - 8));
            if (body.length > limit) {
                exchange.setProperty(RequestProblem.PROPERTY, RequestProblem.TOO_LARGE);
            }
            else if (body.length > 0) {
                exchange.getMessage().setBody(body);
                decode(request, body, limit, exchange);
            }
        }
        catch (IOException unread) {
            if (!hasNoRoom(request)) {
                throw unread;
            }
            exchange.setProperty(RequestProblem.PROPERTY, RequestProblem.NO_ROOM);
        }
    }

    /** Most requests say how long they are, or have no body: a buffer of that size then, instead of the 16 KB for one of any length. */
    private static long longest(HttpServletRequest request, long declared, long limit) {
        boolean paced = request.getAttribute(BodiesInMemory.SHARE) != null;
        boolean none = paced && request.getAttribute(PacedBodies.PACED) == null;
        return declared >= 0 ? declared : none ? 0 : limit;
    }

    /** A body that came compressed is the plain one to every route, within the same bounds. */
    private static void decode(HttpServletRequest request, byte[] body, long limit, Exchange exchange) {
        if (request.getHeader("Content-Encoding") == null) {
            return;
        }
        List<String> codings = ContentCoding.named(Collections.list(request.getHeaders("Content-Encoding")).stream());
        if (codings.isEmpty()) {
            return;
        }
        if (!ContentCoding.areKnown(codings)) {
            exchange.setProperty(RequestProblem.PROPERTY, RequestProblem.UNKNOWN_CODING);
            return;
        }
        BodiesInMemory.Share share = exchange.getProperty(BodiesInMemory.SHARE, BodiesInMemory.Share.class);
        AtomicLong held = new AtomicLong();
        AtomicReference<RequestProblem> problem = new AtomicReference<>(RequestProblem.UNREADABLE);
        try {
            byte[] plain = ContentCoding.decoded(codings, body, bytes -> {
                problem.set(bytes > limit ? RequestProblem.TOO_LARGE : RequestProblem.NO_ROOM);
                return bytes <= limit && (share == null || share.take(bytes - held.getAndSet(bytes)));
            });
            if (plain == null) {
                exchange.setProperty(RequestProblem.PROPERTY, problem.get());
                return;
            }
            exchange.getMessage().setBody(plain.length == 0 ? null : plain);
            exchange.getMessage().removeHeader("Content-Encoding");
            exchange.getMessage().removeHeader("Content-Length");
        }
        catch (IOException damaged) {
            exchange.setProperty(RequestProblem.PROPERTY, RequestProblem.UNREADABLE);
        }
    }

    private static boolean hasNoRoom(HttpServletRequest request) {
        return request.getAttribute(PacedBodies.PACED) instanceof PacedInput paced && paced.problem() == 503;
    }

    private void put(Message message, String name, Object value) {
        if (!filter.applyFilterToExternalHeaders(name, value, message.getExchange())) {
            message.setHeader(name, value);
        }
    }

    /** The first value of a name wins, so that a later duplicate cannot override what a guard has seen. */
    private void append(Message message, String name, Object value) {
        if (message.getHeader(name) == null) {
            put(message, name, value);
        }
    }

    void write(Exchange exchange, HttpServletResponse response) throws IOException {
        if (StreamPulse.of(exchange, response).hasBegunTheAnswer()) {
            goOn(exchange, response);
            return;
        }
        if (exchange.getException() != null) {
            DoorProblems.write(response, exchange.getException());
            return;
        }
        Message message = exchange.getMessage();
        AnswerBody body;
        try {
            body = message.getBody() == null ? null : AnswerBody.of(message.getBody(), exchange);
        }
        catch (RuntimeException unreadable) {
            DoorProblems.write(response, unreadable);
            return;
        }
        int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
        response.setStatus(status);
        message.getHeaders().forEach((name, value) -> {
            if (value != null && !Received.unchanged(exchange, name, value)
                    && !filter.applyFilterToCamelHeaders(name, value, exchange)) {
                ObjectHelper.createIterable(value, null).forEach(one -> response.addHeader(name,
                        AnswerHeaders.isProtocol(name) ? one.toString() : Redactor.withoutSecrets(one.toString())));
            }
        });
        if (body == null) {
            return;
        }
        if (response.getContentType() == null) {
            response.setContentType(body.type());
        }
        writeBody(body.content(), exchange, response, status >= HttpServletResponse.SC_BAD_REQUEST);
    }

    /** The answer has begun with comments, so status and headers have left; what is no stream is its one event. */
    private static void goOn(Exchange exchange, HttpServletResponse response) throws IOException {
        Object body = exchange.getMessage().getBody();
        if (exchange.getException() != null) {
            throw new IOException("The route failed when its answer had begun", exchange.getException());
        }
        boolean error = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class) >= HttpServletResponse.SC_BAD_REQUEST;
        if (body instanceof InputStream stream && !error) {
            copyAsItComes(stream, exchange, response);
        }
        else if (body != null) {
            byte[] bytes = exchange.getContext().getTypeConverter().convertTo(byte[].class, exchange, body);
            StreamPulse.of(exchange, response).writeEvent(error ? Redactor.withoutSecrets(bytes) : bytes);
        }
    }

    private static void writeBody(Object body, Exchange exchange, HttpServletResponse response, boolean error)
            throws IOException {
        if (body instanceof StreamCache cache && !error) {
            cache.reset();
            cache.writeTo(response.getOutputStream());
        }
        else if (body instanceof InputStream stream) {
            copyAsItComes(error ? Redactor.withoutSecrets(stream, true) : stream, exchange, response);
        }
        else {
            byte[] bytes = body instanceof byte[] whole ? whole
                    : exchange.getContext().getTypeConverter().convertTo(byte[].class, exchange, body); // a cache of an error
            byte[] clean = error ? Redactor.withoutSecrets(bytes) : bytes;
            response.setContentLength(clean.length);
            StreamUtils.copy(clean, response.getOutputStream());
        }
    }

    /** Every piece leaves as soon as it is here, so that server-sent events are not held back. */
    private static void copyAsItComes(InputStream stream, Exchange exchange, HttpServletResponse response) throws IOException {
        StreamPulse pulse = StreamPulse.of(exchange, response);
        pulse.stream();
        try (stream) {
            byte[] buffer = Pieces.first();
            for (int n; (n = stream.read(buffer)) >= 0; buffer = Pieces.after(buffer, n)) {
                pulse.write(buffer, n);
            }
        }
        finally {
            pulse.stop();
        }
    }
}
