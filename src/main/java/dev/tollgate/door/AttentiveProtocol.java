package dev.tollgate.door;

import java.io.IOException;

import org.apache.coyote.ActionCode;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Tomcat's HTTP/1.1 that can say whether the caller of a request under way has hung up. The Servlet API cannot: there a
 * closed connection is noticed only when the answer is written. Reading ahead takes nothing away from the next request
 * of the connection, because what is read stays in the connection's own buffer.
 *
 * <p>A caller who closes only its sending side counts as gone, too, as it does with other proxies.
 */
public final class AttentiveProtocol extends Http11NioProtocol {

    /** Where a request's {@link Caller} stands among Tomcat's notes on it; the first two are Tomcat's own. */
    static final int NOTE = 7;

    @Override
    protected Processor createProcessor() {
        return new AttentiveProcessor(this);
    }

    /** A processor serves one connection at a time; its request object is reused and keeps its notes. */
    private static final class AttentiveProcessor extends Http11Processor {

        AttentiveProcessor(AbstractHttp11Protocol<?> protocol) {
            super(protocol, protocol.getAdapter());
            getRequest().setNote(NOTE, new Connection());
        }

        private final class Connection implements Caller {

            @Override
            public boolean isGone() {
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
}
