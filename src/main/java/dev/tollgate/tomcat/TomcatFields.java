package dev.tollgate.tomcat;

import java.lang.reflect.Field;
import java.nio.Buffer;
import java.util.Map;
import java.util.Optional;

import org.apache.catalina.connector.InputBuffer;
import org.apache.catalina.connector.OutputBuffer;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.coyote.http11.Http11InputBuffer;
import org.apache.coyote.http11.Http11OutputBuffer;
import org.apache.coyote.http11.Http11Processor;
import org.apache.coyote.http11.filters.ChunkedInputFilter;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where Tomcat keeps its buffers. It has no setters for them, and sizes that are set count for every request, so they are
 * reached by the names of its fields.
 */
record TomcatFields(Field input, Field readerText, Field output, Field answer, Field answerText, Field wireOutput, Field head,
        Field filters, Field trailers, Field socketRead, Field socketWrite) {

    private static final Logger log = LoggerFactory.getLogger(TomcatFields.class);

    /** Of this Tomcat; empty, with a warning, for one that has others: then callers who wait keep their buffers. */
    static final Optional<TomcatFields> FOUND = find("cb");

    /** @param text the name of the field for characters */
    static Optional<TomcatFields> find(String text) {
        try {
            return Optional.of(new TomcatFields(field(Request.class, "inputBuffer"), field(InputBuffer.class, text),
                    field(Response.class, "outputBuffer"), field(OutputBuffer.class, "bb"), field(OutputBuffer.class, text),
                    field(Http11Processor.class, "outputBuffer"), field(Http11OutputBuffer.class, "headerBuffer"),
                    field(Http11InputBuffer.class, "filterLibrary"), field(ChunkedInputFilter.class, "trailingHeaders"),
                    field(SocketBufferHandler.class, "readBuffer"), field(SocketBufferHandler.class, "writeBuffer")));
        }
        catch (ReflectiveOperationException | RuntimeException otherTomcat) {
            log.warn("This Tomcat is not the one that Tollgate was built with: a caller who waits takes 70 KB more of the heap ({})",
                    otherTomcat.toString());
            return Optional.empty();
        }
    }

    /** The fields of buffers for reading text and for writing, and what has them. */
    Map<Field, Object> ofAnswers(Http11Processor processor, Request request) {
        Object out = get(output, request.getResponse());
        return Map.of(readerText, get(input, request), answer, out, answerText, out, head, get(wireOutput, processor),
                trailers, chunked(get(filters, request.getCoyoteRequest().getInputBuffer())));
    }

    private static Object chunked(Object[] filters) {
        for (Object filter : filters) {
            if (filter instanceof ChunkedInputFilter) {
                return filter;
            }
        }
        throw new IllegalStateException("Tomcat has no filter for chunked bodies");
    }

    @SuppressWarnings("unchecked")
    static <T> T get(Field field, Object owner) {
        try {
            return (T) field.get(owner);
        }
        catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    static void set(Field field, Object owner, Buffer buffer) {
        try {
            field.set(owner, buffer);
        }
        catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Field field(Class<?> owner, String name) throws ReflectiveOperationException {
        Field field = owner.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }
}
