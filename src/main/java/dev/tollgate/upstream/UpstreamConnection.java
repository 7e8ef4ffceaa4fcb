package dev.tollgate.upstream;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Socket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.http.io.HttpMessageParser;
import org.apache.hc.core5.http.io.HttpMessageParserFactory;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * One connection to an upstream. It is used again only if nothing came on it that nobody asked for: the rest of an answer
 * that was longer than it said would be read as the next one, which is another caller's.
 */
final class UpstreamConnection extends DefaultBHttpClientConnection implements ManagedHttpClientConnection {

    /** After so long without a call the upstream may have closed it, and it is worth a millisecond to find out. */
    private static final long IDLE_NANOS = 1_000_000_000;

    private final WholeHeads heads;
    private volatile boolean closed;
    private volatile long idleSince = System.nanoTime();

    private UpstreamConnection(Http1Config config, WholeHeads heads) {
        super(config, null, null, null, null, null, null, new Given(heads));
        this.heads = heads;
    }

    /** @param most bytes of a head */
    static UpstreamConnection create(Http1Config config, int most) {
        return new UpstreamConnection(config, new WholeHeads(config, most));
    }

    private record Given(WholeHeads heads) implements HttpMessageParserFactory<ClassicHttpResponse> {

        @Override
        public HttpMessageParser<ClassicHttpResponse> create(Http1Config config) {
            return heads;
        }
    }

    /** Whether it must not be used again. Costs no waiting for one that was in use a moment ago. */
    @Override
    public boolean isStale() throws IOException {
        SocketHolder socket = getSocketHolder();
        boolean unasked = heads.unread() > 0 || socket != null && socket.getInputStream().available() > 0;
        return unasked || System.nanoTime() - idleSince > IDLE_NANOS && super.isStale();
    }

    @Override
    public void bind(Socket socket) throws IOException {
        bind(new SocketHolder(socket));
    }

    @Override
    public void bind(SSLSocket secure, Socket socket) throws IOException {
        bind(new SocketHolder(secure, socket));
    }

    @Override
    protected void bind(SocketHolder socket) throws IOException {
        if (closed) {
            socket.getSocket().close();
            throw new InterruptedIOException("The exchange was given up");
        }
        super.bind(socket);
    }

    @Override
    public Socket getSocket() {
        SocketHolder socket = getSocketHolder();
        return socket == null ? null : socket.getSocket();
    }

    @Override
    public SSLSession getSSLSession() {
        return getSocket() instanceof SSLSocket secure ? secure.getSession() : null;
    }

    /** None: each exchange has a {@link Deadline}, and a read with a time-out of its own would arm and disarm a second timer. */
    @Override
    public void setSocketTimeout(Timeout timeout) {
        super.setSocketTimeout(Timeout.DISABLED);
    }

    /** Into the pool. */
    @Override
    public void passivate() {
        idleSince = System.nanoTime();
    }

    /** Out of it. */
    @Override
    public void activate() {
        // it is looked at by isStale
    }

    @Override
    public void close(CloseMode mode) {
        closed = true;
        super.close(mode);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        super.close();
    }
}
