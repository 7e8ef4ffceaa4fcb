package dev.tollgate.gemini;

import java.io.IOException;
import java.io.InputStream;

import dev.tollgate.gateway.RawTarget;
import dev.tollgate.gateway.WatchedStream;

import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

import org.springframework.stereotype.Component;

/**
 * How requests of existing clients go over the wire to Gemini: to the path and query that the caller wrote, and with a
 * reply that ends when nobody reads it any more. HttpClient would read a stream to its end before it lets go of it.
 */
@Component("geminiHttp")
public class GeminiHttp implements HttpClientConfigurer {

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.addRequestInterceptorLast(RawTarget::address);
        client.addExecInterceptorFirst("break-off", GeminiHttp::breakOff);
    }

    private static ClassicHttpResponse breakOff(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        ClassicHttpResponse response = chain.proceed(request, scope);
        if (response.getEntity() != null) {
            response.setEntity(new Breakable(response.getEntity(), scope.execRuntime));
        }
        return response;
    }

    /** An entity whose stream, closed before its end, closes the connection. */
    private static final class Breakable extends HttpEntityWrapper {

        private final ExecRuntime connection;
        private InputStream content;

        Breakable(HttpEntity entity, ExecRuntime connection) {
            super(entity);
            this.connection = connection;
        }

        @Override
        public InputStream getContent() throws IOException {
            if (content == null) {
                content = new ToTheEnd(super.getContent(), connection);
            }
            return content;
        }
    }

    private static final class ToTheEnd extends WatchedStream {

        private final ExecRuntime connection;
        private boolean ended;
        private boolean closed;

        ToTheEnd(InputStream in, ExecRuntime connection) {
            super(in);
            this.connection = connection;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = in.read(buffer, offset, length);
            ended |= read < 0;
            return read;
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            if (ended) {
                super.close();
            }
            else {
                connection.discardEndpoint();
            }
        }
    }
}
