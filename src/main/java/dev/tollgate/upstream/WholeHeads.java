package dev.tollgate.upstream;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultClassicHttpResponseFactory;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.message.LazyLaxLineParser;

/**
 * Reads the heads of the answers on one connection. A head ends with its empty line: httpcore takes the end of the connection
 * for one as well, so that an answer that was cut among its headers would pass as one without a body.
 */
final class WholeHeads extends DefaultHttpResponseParser {

    private final int most;
    private SessionInputBuffer buffer;

    /** @param most bytes of a head */
    WholeHeads(Http1Config config, int most) {
        super(LazyLaxLineParser.INSTANCE, DefaultClassicHttpResponseFactory.INSTANCE, config);
        this.most = most;
    }

    @Override
    public ClassicHttpResponse parse(SessionInputBuffer received, InputStream connection) throws IOException, HttpException {
        buffer = received;
        return super.parse(received, new Head(connection, received.length(), most + received.capacity()));
    }

    /** Bytes that were received and belong to no answer. */
    int unread() {
        return buffer == null ? 0 : buffer.length();
    }

    private static final class Head extends FilterInputStream {

        private final int most;
        private int count;

        /**
         * @param count bytes of it that were received before
         * @param most  bytes of it and of what is received with its end
         */
        Head(InputStream connection, int count, int most) {
            super(connection);
            this.count = count;
            this.most = most;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            if (read < 0 && count > 0) {
                throw new ConnectionClosedException("The answer ended before its headers did");
            }
            count += Math.max(0, read);
            if (count > most) {
                throw new MessageConstraintException("The answer's headers are longer than tollgate.upstream.max-head-size");
            }
            return read;
        }
    }
}
