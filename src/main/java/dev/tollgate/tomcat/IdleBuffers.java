package dev.tollgate.tomcat;

import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.apache.catalina.connector.CoyoteAdapter;
import org.apache.coyote.Request;
import org.apache.coyote.http11.Http11InputBuffer;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.buf.ByteChunk;
import org.apache.tomcat.util.buf.MessageBytes;
import org.apache.tomcat.util.http.MimeHeaders;
import org.apache.tomcat.util.net.SocketBufferHandler;

import dev.tollgate.gateway.Caller;

/**
 * The buffers that Tomcat keeps for a connection, 100 KB of heap, and that nothing needs from the moment a request was
 * read until it is answered. A caller who waits that long gives them back: of what came only the bytes themselves stay.
 * Other requests keep theirs.
 *
 * <p>Each is as it was when it is restored, in size, position and limit. Those that hold something were not released.
 */
final class IdleBuffers {

    /** What is left for {@link Caller#isGone} to read into; it cannot see the end of a connection with nothing. */
    static final int READ_AHEAD = 64;

    private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);
    private static final CharBuffer NO_CHARACTERS = CharBuffer.allocate(0);

    /** A field whose buffer is empty for now, and how it was. */
    private record Released(Object owner, Field field, int capacity, int position, int limit) {
    }

    /** Bound: the buffers of one connection. */
    private final List<Released> released = new ArrayList<>(8);
    private final Http11InputBuffer received;
    private final int receivedSize;
    private final SocketBufferHandler socket;
    private final int socketSize;

    private IdleBuffers(Http11InputBuffer received, SocketBufferHandler socket) {
        this.received = received;
        this.receivedSize = received.getByteBuffer().capacity();
        this.socket = socket;
        this.socketSize = socket.getReadBuffer().capacity();
    }

    /** To be called once the request and its body were read and nothing is written, while no other thread has it. */
    static IdleBuffers release(Http11Processor processor, Request read, SocketBufferHandler socket) {
        IdleBuffers idle = new IdleBuffers((Http11InputBuffer) read.getInputBuffer(), socket);
        idle.keepOnlyWhatCame(read);
        TomcatFields.FOUND.ifPresent(fields -> {
            var request = (org.apache.catalina.connector.Request) read.getNote(CoyoteAdapter.ADAPTER_NOTES);
            fields.ofAnswers(processor, request).forEach((field, owner) -> idle.empty(owner, field));
        });
        empty(socket);
        return idle;
    }

    /** Gives back a socket's buffers, unless something was read ahead; {@link SocketBufferHandler#expand} makes new ones. */
    static void empty(SocketBufferHandler socket) {
        TomcatFields.FOUND.filter(fields -> socket.isReadBufferEmpty() && socket.isWriteBufferEmpty()).ifPresent(fields -> {
            socket.configureReadBufferForWrite();
            TomcatFields.set(fields.socketRead(), socket, ByteBuffer.allocate(READ_AHEAD));
            socket.configureWriteBufferForWrite();
            TomcatFields.set(fields.socketWrite(), socket, NO_BYTES);
        });
    }

    /** To be called before anything else is read or written. */
    void restore() {
        ByteBuffer kept = received.getByteBuffer();
        ByteBuffer whole = ByteBuffer.allocate(receivedSize);
        whole.put(kept.array()).limit(kept.limit()).position(kept.position());
        received.setByteBuffer(whole);
        socket.expand(socketSize);
        released.forEach(one -> {
            Buffer buffer = one.field().getType() == CharBuffer.class ? CharBuffer.allocate(one.capacity()) : ByteBuffer.allocate(one.capacity());
            TomcatFields.set(one.field(), one.owner(), buffer.limit(one.limit()).position(one.position()));
        });
    }

    private void empty(Object owner, Field field) {
        Buffer whole = TomcatFields.get(field, owner);
        released.add(new Released(owner, field, whole.capacity(), whole.position(), whole.limit()));
        TomcatFields.set(field, owner, whole instanceof CharBuffer ? NO_CHARACTERS : NO_BYTES);
    }

    private void keepOnlyWhatCame(Request read) {
        ByteBuffer old = received.getByteBuffer();
        byte[] kept = Arrays.copyOf(old.array(), old.limit());
        received.setByteBuffer(ByteBuffer.wrap(kept).position(old.position()));
        texts(read).map(MessageBytes::getByteChunk).filter(text -> text.getBuffer() == old.array())
                .forEach(text -> move(text, kept));
    }

    /** Whatever Tomcat reads out of the bytes that came only when somebody asks for it. */
    private static Stream<MessageBytes> texts(Request read) {
        MimeHeaders headers = read.getMimeHeaders();
        return Stream.concat(
                Stream.of(read.method(), read.requestURI(), read.decodedURI(), read.queryString(), read.protocol(), read.serverName()),
                IntStream.range(0, headers.size()).boxed().flatMap(i -> Stream.of(headers.getName(i), headers.getValue(i))));
    }

    private static void move(ByteChunk text, byte[] bytes) {
        text.setBytes(bytes, text.getStart(), text.getLength());
    }
}
