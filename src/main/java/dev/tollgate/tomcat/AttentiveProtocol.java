package dev.tollgate.tomcat;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

import org.apache.coyote.ActionCode;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketProperties;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;

import dev.tollgate.gateway.Caller;

/**
 * Tomcat's HTTP/1.1 that can say whether the caller of a request under way has hung up. The Servlet API cannot: there a
 * closed connection is noticed only when the answer is written. Reading ahead takes nothing away from the next request
 * of the connection, because what is read stays in the connection's own buffer.
 *
 * <p>A request that goes on without Tomcat's thread hears here when that thread has let go of it, and until it wakes its
 * connection does without {@link IdleBuffers}.
 *
 * <p>Tomcat bounds connections, but not what they hold together: with half a header on each a stranger would fill the heap.
 * So only so many are served at a time as a quarter of the heap has buffers for, and of those that sent a part of their
 * headers only so many are kept as an eighth has. The newest are closed, for whom whoever kept the others waits no longer than
 * {@code server.tomcat.connection-timeout}. Neither those who wait without buffers count nor those who are between two requests.
 *
 * <p>A caller who closes only its sending side counts as gone, too, as it does with other proxies.
 */
public final class AttentiveProtocol extends Http11NioProtocol {

    /** Where a request's {@link Connection} stands among Tomcat's notes on it; the first two are Tomcat's own. */
    static final int NOTE = 7;

    /** Bytes of each of a socket's two buffers while it serves a request, as Tomcat has them by itself. */
    private static final int SOCKET_BUFFER = 8 * 1024;

    /** Closed connections whose buffers serve the next ones. */
    private static final int KEPT_CONNECTIONS = 512;

    /** Heap that a connection takes while it is served or read. */
    private static final int BUSY = 64 * 1024;

    /** Connections between two requests that keep their buffers, because the next request comes soon. */
    private static final int KEPT_IDLE = 1024;

    private final Semaphore served = new Semaphore(busy(4));
    private final int mostUnfinished = busy(8);
    /** Bound: {@link #mostUnfinished} connections, and those closed since they were last counted. */
    private final Set<SocketWrapperBase<?>> unfinished = ConcurrentHashMap.newKeySet();

    /** As many connections as a part of the heap has buffers for. */
    static int busy(int partOfHeap) {
        return (int) Math.max(100, Math.min(1 << 20, Runtime.getRuntime().maxMemory() / partOfHeap / BUSY));
    }

    /** Thousands may connect at once: who has sent nothing yet has no buffers worth the name. */
    public AttentiveProtocol() {
        SocketProperties socket = getEndpoint().getSocketProperties();
        socket.setAppReadBufSize(IdleBuffers.READ_AHEAD);
        socket.setAppWriteBufSize(IdleBuffers.READ_AHEAD);
        socket.setBufferPool(KEPT_CONNECTIONS);
    }

    /** Virtual threads are started in turn. */
    @Override
    public void setExecutor(Executor threads) {
        super.setExecutor(threads instanceof VirtualThreadExecutor ? new InTurn(threads) : threads);
    }

    /** One connection, for the door. */
    public interface Connection extends Caller {

        /**
         * Tells when Tomcat's thread has let go of the request of which it is, which has become asynchronous.
         *
         * @param told whether the request may still be answered; false where Tomcat ended it
         */
        void whenLeft(Consumer<Boolean> told);

        /** To be called before such a request is answered. */
        void wake();
    }

    /** Whether a connection that sent a part of its headers may send the rest. */
    private boolean keeps(SocketWrapperBase<?> socket) {
        if (unfinished.size() >= mostUnfinished) {
            unfinished.removeIf(SocketWrapperBase::isClosed);
        }
        return unfinished.size() < mostUnfinished && unfinished.add(socket);
    }

    private boolean hasManyConnections() {
        return getEndpoint().getConnectionCount() > KEPT_IDLE;
    }

    @Override
    protected Processor createProcessor() {
        return new AttentiveProcessor(this);
    }

    /** A processor serves one connection at a time; its request object is reused and keeps its notes. */
    private static final class AttentiveProcessor extends Http11Processor implements Connection {

        private final AttentiveProtocol protocol;
        private Consumer<Boolean> whenLeft;
        private IdleBuffers idle;

        AttentiveProcessor(AttentiveProtocol protocol) {
            super(protocol, protocol.getAdapter());
            this.protocol = protocol;
            getRequest().setNote(NOTE, this);
        }

        @Override
        public SocketState process(SocketWrapperBase<?> socket, SocketEvent event) throws IOException {
            protocol.unfinished.remove(socket);
            wake(); // if the answer did not, because there is nobody to answer
            boolean waited = isAsync();
            if (!waited && !protocol.served.tryAcquire()) {
                return SocketState.CLOSED;
            }
            try {
                SocketState state = serve(socket, event, waited);
                return state == SocketState.LONG && !isAsync() && !protocol.keeps(socket) ? SocketState.CLOSED : state;
            }
            finally {
                if (!waited) {
                    protocol.served.release();
                }
            }
        }

        private SocketState serve(SocketWrapperBase<?> socket, SocketEvent event, boolean waited) throws IOException {
            if (socket.getSocketBufferHandler().getReadBuffer().capacity() < SOCKET_BUFFER) {
                socket.getSocketBufferHandler().expand(SOCKET_BUFFER);
            }
            SocketState state = SocketState.CLOSED;
            try {
                state = super.process(socket, event);
                if (state == SocketState.OPEN && protocol.hasManyConnections()) {
                    IdleBuffers.empty(socket.getSocketBufferHandler());
                }
                if (waited && state == SocketState.OPEN) {
                    socket.setReadTimeout(protocol.getKeepAliveTimeout()); // Tomcat forgets it after asynchronous requests
                }
                return state;
            }
            finally {
                left(state == SocketState.LONG);
            }
        }

        private void left(boolean stays) {
            Consumer<Boolean> told = whenLeft;
            whenLeft = null;
            if (told != null) {
                rest(stays);
                told.accept(stays);
            }
        }

        @Override
        public void whenLeft(Consumer<Boolean> told) {
            whenLeft = told;
        }

        private synchronized void rest(boolean stays) {
            if (stays) {
                idle = IdleBuffers.release(this, getRequest(), getSocketWrapper().getSocketBufferHandler());
            }
        }

        @Override
        public synchronized void wake() {
            if (idle != null) {
                idle.restore();
                idle = null;
            }
        }

        /** Not while the connection's buffers change. */
        @Override
        public synchronized boolean isGone() {
            SocketWrapperBase<?> socket = getSocketWrapper();
            try {
                if (socket != null && !socket.isClosed()) {
                    socket.isReadyForRead(); // whatever it answers: the end of the stream is an exception
                    return false;
                }
                return true;
            }
            catch (IOException closedOrReset) {
                return true;
            }
        }

        @Override
        public void hangUp() {
            action(ActionCode.CLOSE_NOW, null);
        }
    }
}
