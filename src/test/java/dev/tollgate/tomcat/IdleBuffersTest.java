package dev.tollgate.tomcat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.CoyoteAdapter;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.coyote.http11.Http11InputBuffer;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A request that was read, with Tomcat's own buffers and without a connection. */
class IdleBuffersTest {

    private static final int WHOLE = 16_384;
    private static final String CAME = "GET /keepa/token HTTP/1.1\r\nX-Colour: blue\r\n\r\nGET /nex";

    private final Http11Processor processor = new Http11Processor(new Http11NioProtocol(), null);
    private final org.apache.coyote.Request read = processor.getRequest();
    private final Http11InputBuffer received = (Http11InputBuffer) read.getInputBuffer();
    private final SocketBufferHandler socket = new SocketBufferHandler(8192, 8192, false);
    private final Connector connector = new Connector("HTTP/1.1");
    private final Request request = connector.createRequest();
    private final Response response = connector.createResponse();

    @BeforeEach
    void aRequestThatWasRead() {
        request.setCoyoteRequest(read);
        response.setCoyoteResponse(read.getResponse());
        request.setResponse(response);
        response.setRequest(request);
        read.setNote(CoyoteAdapter.ADAPTER_NOTES, request);
        byte[] bytes = new byte[WHOLE];
        System.arraycopy(CAME.getBytes(StandardCharsets.ISO_8859_1), 0, bytes, 0, CAME.length());
        received.setByteBuffer(ByteBuffer.wrap(bytes).limit(CAME.length()).position(CAME.indexOf("GET /nex")));
        read.getMimeHeaders().addValue("X-Colour").setBytes(bytes, CAME.indexOf("blue"), "blue".length());
    }

    @Test
    void theTomcatThatIsBuiltInHasThem() {
        assertThat(TomcatFields.FOUND).isPresent();
    }

    @Test
    void aTomcatWithOtherFieldsKeepsItsBuffers() {
        assertThat(TomcatFields.find("renamed")).isEmpty();
    }

    @Test
    void whileItWaitsOnlyTheBytesThatCameAreKept() {
        IdleBuffers.release(processor, read, socket);

        assertThat(received.getByteBuffer().capacity()).isEqualTo(CAME.length());
        assertThat(read.getMimeHeaders().getValue("X-Colour").toString()).isEqualTo("blue");
        assertThat(response.getBufferSize()).isZero();
        assertThat(socket.getReadBuffer().capacity() + socket.getWriteBuffer().capacity()).isEqualTo(IdleBuffers.READ_AHEAD);
    }

    @Test
    void theAnswerAndTheNextRequestFindWholeBuffersAndWhatCameEarly() {
        int answers = response.getBufferSize();
        IdleBuffers idle = IdleBuffers.release(processor, read, socket);
        socket.configureReadBufferForWrite();
        socket.getReadBuffer().put("t HTTP".getBytes(StandardCharsets.ISO_8859_1)); // the next request goes on meanwhile

        idle.restore();

        assertThat(received.getByteBuffer().capacity()).isEqualTo(WHOLE);
        assertThat(StandardCharsets.ISO_8859_1.decode(received.getByteBuffer().duplicate()).toString()).isEqualTo("GET /nex");
        socket.configureReadBufferForRead();
        assertThat(StandardCharsets.ISO_8859_1.decode(socket.getReadBuffer().duplicate()).toString()).isEqualTo("t HTTP");
        assertThat(socket.getReadBuffer().capacity()).isEqualTo(8192);
        assertThat(socket.getWriteBuffer().capacity()).isEqualTo(8192);
        assertThat(response.getBufferSize()).isEqualTo(answers).isPositive();
    }

    @Test
    void whatWasReadAheadOfARequestIsNotGivenBack() {
        socket.getReadBuffer().put("GET /next".getBytes(StandardCharsets.ISO_8859_1));

        IdleBuffers.release(processor, read, socket);

        socket.configureReadBufferForRead();
        assertThat(StandardCharsets.ISO_8859_1.decode(socket.getReadBuffer().duplicate()).toString()).isEqualTo("GET /next");
    }
}
