package dev.tollgate.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

import dev.tollgate.logging.Redactor;

/**
 * Stands between a route and its upstream. A request asks for what can be read here: gzip, or nothing where a route says
 * {@code identity}. Of a reply the route sees what {@link ReplyHeaders} lets through and a body that is decoded and without
 * secrets: without those that are known, and where the reply is an error also without what its issuer marked as one. Of a
 * token endpoint only errors are cut: what it grants are secrets.
 */
final class ReplyInspector implements ExecChainHandler {

    private static final String IDENTITY = "identity";
    private static final int FIRST_ERROR = 400;
    /** Bytes of a reply that is read at once where it is held whole: what its reader needs for streams would be several times as much. */
    private static final int SHORT = 8192;

    private final boolean grantsSecrets;
    private final boolean pieces;

    /**
     * @param grantsSecrets whether it stands before a token endpoint
     * @param pieces        whether replies pass on piece by piece instead of being held whole
     */
    ReplyInspector(boolean grantsSecrets, boolean pieces) {
        this.grantsSecrets = grantsSecrets;
        this.pieces = pieces;
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        Set<String> askedFor = askedFor(request);
        Header wanted = request.getFirstHeader(HttpHeaders.ACCEPT_ENCODING);
        boolean plain = wanted != null && IDENTITY.equalsIgnoreCase(wanted.getValue().strip());
        request.setHeader(HttpHeaders.ACCEPT_ENCODING, plain ? IDENTITY : "gzip");
        ClassicHttpResponse response = chain.proceed(request, scope);
        try {
            inspect(response, askedFor);
            return response;
        } catch (UnreadableReplyException unreadable) {
            scope.execRuntime.discardEndpoint();
            throw unreadable;
        }
    }

    private void inspect(ClassicHttpResponse response, Set<String> askedFor) throws IOException {
        List<String> codings = codings(response);
        boolean error = response.getCode() >= FIRST_ERROR;
        ReplyHeaders.clean(response, askedFor);
        if (response.getEntity() != null) {
            ReplyDecoder decoder = new ReplyDecoder(codings, response.getEntity().getContentType(), error);
            if (decoder.isCoded()) {
                response.setHeader(ReplyHeaders.CODED, String.join(", ", codings));
            }
            response.setEntity(isShort(response.getEntity()) && !decoder.isCoded() ? read(response.getEntity(), decoder, error)
                    : new Inspected(response.getEntity(), decoder, error, grantsSecrets && !error));
        }
    }

    private boolean isShort(HttpEntity reply) {
        return !pieces && !grantsSecrets && reply.getContentLength() >= 0 && reply.getContentLength() <= SHORT;
    }

    /** To its end, so that its connection is free. */
    private static HttpEntity read(HttpEntity reply, ReplyDecoder decoder, boolean error) throws IOException {
        byte[] bytes;
        try (InputStream content = reply.getContent()) {
            bytes = content.readNBytes(SHORT + 1);
        }
        return decoder.isPlain(bytes) ? new ByteArrayEntity(Redactor.withoutSecrets(bytes, error), null)
                : new Inspected(new ByteArrayEntity(bytes, null), decoder, error, false);
    }

    private static Set<String> askedFor(ClassicHttpRequest request) {
        Header names = request.getFirstHeader(ReplyHeaders.ASKED_FOR);
        request.removeHeaders(ReplyHeaders.ASKED_FOR);
        return names == null ? Set.of() : Set.of(names.getValue().split(","));
    }

    private static List<String> codings(ClassicHttpResponse response) {
        Header[] named = response.getHeaders(HttpHeaders.CONTENT_ENCODING);
        return named.length == 0 ? List.of() : Arrays.stream(named)
                .flatMap(header -> Arrays.stream(header.getValue().split(","))).map(String::strip)
                .filter(coding -> !coding.isEmpty() && !coding.equalsIgnoreCase(IDENTITY)).collect(Collectors.toList());
    }

    private static final class Inspected extends HttpEntityWrapper {

        private final ReplyDecoder decoder;
        private final boolean error;
        private final boolean granted;
        private InputStream content;

        Inspected(HttpEntity reply, ReplyDecoder decoder, boolean error, boolean granted) {
            super(reply);
            this.decoder = decoder;
            this.error = error;
            this.granted = granted;
        }

        @Override
        public InputStream getContent() throws IOException {
            if (content == null) {
                InputStream plain = decoder.plain(super.getContent());
                content = granted ? plain : Redactor.withoutSecrets(plain, error);
            }
            return content;
        }

        @Override
        public long getContentLength() {
            return -1;
        }

        @Override
        public String getContentEncoding() {
            return null;
        }

        @Override
        public boolean isRepeatable() {
            return false;
        }
    }
}
