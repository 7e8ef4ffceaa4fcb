package dev.tollgate.upstream;

import java.io.IOException;

import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.apache.hc.core5.util.Timeout;

import dev.tollgate.gateway.BodiesInMemory;

/**
 * Puts a {@link Deadline} on every exchange of a client, and a {@link ReplyStream} around every answer. The limit is the
 * request's response time-out, which HttpClient itself counts for each read alone.
 */
final class ExchangeLimits implements ExecChainHandler {

    private static final String DEADLINE = "tollgate.deadline";

    private final Deadlines deadlines;
    private final UpstreamProperties bounds;
    private final BodiesInMemory account;
    private final boolean pieces;

    /** @param pieces whether answers pass on piece by piece instead of being held whole */
    ExchangeLimits(Deadlines deadlines, UpstreamProperties bounds, BodiesInMemory account, boolean pieces) {
        this.deadlines = deadlines;
        this.bounds = bounds;
        this.account = account;
        this.pieces = pieces;
    }

    /** To be called last, so that nothing of an exchange is outside. */
    void addTo(HttpClientBuilder client) {
        client.addExecInterceptorFirst("exchange-limits", this);
        client.addExecInterceptorBefore(ChainElement.MAIN_TRANSPORT.name(), "exchange-departs", ExchangeLimits::depart);
    }

    private static ClassicHttpResponse depart(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        Deadline deadline = (Deadline) scope.clientContext.getAttribute(DEADLINE);
        deadline.departing();
        ClassicHttpResponse response = chain.proceed(request, scope);
        if (response.getEntity() != null) {
            deadline.says(response.getEntity().getContentLength()); // which whoever decodes it will not know
        }
        return response;
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        Timeout limit = scope.clientContext.getRequestConfigOrDefault().getResponseTimeout();
        Deadline deadline = new Deadline(deadlines, cancellable(scope), limit == null || limit.isDisabled() ? bounds.streamTimeout()
                : limit.toDuration(), bounds.streamTimeout()).start();
        scope.clientContext.setAttribute(DEADLINE, deadline);
        OpenCall.begins(deadline);
        try {
            ClassicHttpResponse response = chain.proceed(request, scope);
            HttpEntity entity = response.getEntity();
            if (entity == null) {
                deadline.end();
            } else {
                if (pieces) {
                    deadline.inPieces();
                }
                response.setEntity(new Limited(entity, deadline, new ReplyRoom(OpenCall.share(), account),
                        Math.min(bounds.maxReplySize().toBytes(), account.max()), pieces));
            }
            return response;
        } catch (IOException | HttpException failure) {
            deadline.end();
            throw deadline.named(failure);
        } catch (RuntimeException failure) {
            deadline.end();
            if (deadline.isLate()) {
                throw deadline.tooLate(); // a connection that is closed under HttpClient's hands
            }
            throw failure;
        }
    }

    private static Cancellable cancellable(ExecChain.Scope scope) {
        return scope.originalRequest instanceof Cancellable request ? request : () -> {
            scope.execRuntime.discardEndpoint();
            return true;
        };
    }

    private static final class Limited extends HttpEntityWrapper {

        private final Deadline deadline;
        private final ReplyRoom room;
        private final long most;
        private final boolean pieces;
        private ReplyStream content;

        Limited(HttpEntity entity, Deadline deadline, ReplyRoom room, long most, boolean pieces) {
            super(entity);
            this.deadline = deadline;
            this.room = room;
            this.most = most;
            this.pieces = pieces;
        }

        /** Also of a reply that was read already: what it takes in memory is counted as it is read here. */
        @Override
        public boolean isStreaming() {
            return true;
        }

        @Override
        public ReplyStream getContent() throws IOException {
            if (content == null) {
                content = new ReplyStream(super.getContent(), getContentLength(), deadline, room, most, pieces);
            }
            return content;
        }
    }
}
