import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * What {@code bench/run} needs besides nginx and wrk, and in their place where they are not. Run from its source:
 *
 * <pre>
 * java Bench.java upstream PORT [EVENTS] [MILLIS]     constant answers of the four APIs; streams of EVENTS events, one each MILLIS
 * java Bench.java load URL CALLERS SECONDS            calls one after the other; METHOD, BODY and HEADERS as for call.lua
 * java Bench.java streams URL STREAMS                 reads so many streams at once and says how late events were
 * </pre>
 */
final class Bench {

    public static void main(String[] args) throws IOException {
        switch (args.length == 0 ? "" : args[0]) {
            case "upstream" -> new Upstream(Integer.parseInt(args[1]), args.length > 2 ? Integer.parseInt(args[2]) : 200,
                    args.length > 3 ? Integer.parseInt(args[3]) : 50).serve();
            case "load" -> new Load(URI.create(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3])).run();
            case "streams" -> new Streams(URI.create(args[1]), Integer.parseInt(args[2])).run();
            default -> {
                System.err.println("java Bench.java upstream|load|streams, see its first lines");
                System.exit(2);
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** One message as it arrives: its head, and where it ends. */
    private static final class Incoming {

        private byte[] bytes = new byte[4096];
        private int length;

        void read(ByteBuffer buffer) {
            int more = buffer.remaining();
            if (length + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
            }
            buffer.get(bytes, length, more);
            length += more;
        }

        /** The length of the head with its empty line, or -1. */
        int head() {
            for (int i = 3; i < length; i++) {
                if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                    return i + 1;
                }
            }
            return -1;
        }

        String text(int from, int to) {
            return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        }

        /** The length of the whole message, or -1 as long as it is not here; what follows it stays. */
        int whole() {
            int head = head();
            if (head < 0) {
                return -1;
            }
            String lines = text(0, head).toLowerCase();
            int at = lines.indexOf("\r\ncontent-length:");
            if (at >= 0) {
                int end = head + Integer.parseInt(lines.substring(at + 17, lines.indexOf('\r', at + 2)).strip());
                return end <= length ? end : -1;
            }
            if (lines.contains("\r\ntransfer-encoding:")) {
                int end = text(head, length).indexOf("0\r\n\r\n");
                return end < 0 ? -1 : head + end + 5;
            }
            return head;
        }

        void drop(int count) {
            System.arraycopy(bytes, count, bytes, 0, length - count);
            length -= count;
        }
    }

    /** Answers as nginx does with upstream.conf, and in streams where that is asked for. */
    private static final class Upstream {

        private static final String GEMINI = """
                {"candidates":[{"content":{"parts":[{"text":"ok"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":8,"candidatesTokenCount":2,"totalTokenCount":10},"modelVersion":"m","responseId":"r"}""";
        private static final String XAI = """
                {"id":"c","object":"chat.completion","created":1,"model":"grok","choices":[{"index":0,"message":{"role":"assistant","content":"{\\"reasonable\\":true}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":8,"completion_tokens":2,"total_tokens":10}}""";
        private static final String KEEPA = """
                {"timestamp":1795000000000,"tokensLeft":100000000,"refillIn":1000,"refillRate":1000000,"tokenFlowReduction":0,"tokensConsumed":%d,"processingTimeInMs":1}""";
        private static final String LWA = """
                {"access_token":"Atza|bench","token_type":"bearer","expires_in":3600,"refresh_token":"Atzr|bench"}""";

        private final int port;
        private final int events;
        private final long pause;
        private final PriorityQueue<Stream> streams = new PriorityQueue<>((a, b) -> Long.compare(a.due, b.due));

        Upstream(int port, int events, int millis) {
            this.port = port;
            this.events = events;
            this.pause = millis * 1_000_000L;
        }

        private static final class Stream {

            private final SocketChannel channel;
            private final boolean gemini;
            private long due;
            private int sent;

            Stream(SocketChannel channel, boolean gemini) {
                this.channel = channel;
                this.gemini = gemini;
                this.due = System.nanoTime();
            }
        }

        void serve() throws IOException {
            Selector selector = Selector.open();
            ServerSocketChannel server = ServerSocketChannel.open();
            server.bind(new InetSocketAddress("127.0.0.1", port), 4096);
            server.configureBlocking(false);
            server.register(selector, SelectionKey.OP_ACCEPT);
            ByteBuffer buffer = ByteBuffer.allocateDirect(65536);
            while (true) {
                long wait = streams.isEmpty() ? 1000 : Math.max(0, (streams.peek().due - System.nanoTime()) / 1_000_000);
                if (wait == 0) {
                    selector.selectNow();
                }
                else {
                    selector.select(wait);
                }
                for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext();) {
                    SelectionKey key = keys.next();
                    keys.remove();
                    if (key.isAcceptable()) {
                        for (SocketChannel channel; (channel = server.accept()) != null;) {
                            channel.configureBlocking(false);
                            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                            channel.register(selector, SelectionKey.OP_READ, new Incoming());
                        }
                    }
                    else {
                        read(key, buffer);
                    }
                }
                sendWhatIsDue();
            }
        }

        private void read(SelectionKey key, ByteBuffer buffer) {
            SocketChannel channel = (SocketChannel) key.channel();
            Incoming incoming = (Incoming) key.attachment();
            try {
                buffer.clear();
                if (channel.read(buffer) < 0) {
                    channel.close();
                    return;
                }
                buffer.flip();
                incoming.read(buffer);
                for (int end; (end = incoming.whole()) > 0;) {
                    answer(channel, incoming.text(0, end));
                    incoming.drop(end);
                }
            }
            catch (IOException left) {
                close(channel);
            }
        }

        private void answer(SocketChannel channel, String request) throws IOException {
            String target = request.substring(request.indexOf(' ') + 1, request.indexOf(' ', request.indexOf(' ') + 1));
            boolean gemini = target.contains("streamGenerateContent");
            if (gemini || request.contains("\"stream\":true")) {
                write(channel, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
                streams.add(new Stream(channel, gemini));
                return;
            }
            String path = target.split("\\?")[0];
            String body = path.contains("generateContent") ? GEMINI : path.endsWith("chat/completions") ? XAI
                    : path.endsWith("/auth/o2/token") ? LWA : path.endsWith("/token") ? KEEPA.formatted(0)
                    : path.endsWith("/product") ? KEEPA.formatted(1) : "{\"restrictions\":[]}";
            write(channel, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-amzn-RateLimit-Limit: 1000000\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body);
        }

        private void sendWhatIsDue() {
            long now = System.nanoTime();
            while (!streams.isEmpty() && streams.peek().due <= now) {
                Stream stream = streams.poll();
                try {
                    if (stream.sent++ < events) {
                        writeEvent(stream, System.nanoTime());
                        stream.due += pause;
                        streams.add(stream);
                    }
                    else {
                        write(stream.channel, stream.gemini ? "0\r\n\r\n" : chunk("data: [DONE]\n\n") + "0\r\n\r\n");
                    }
                }
                catch (IOException left) {
                    close(stream.channel);
                }
            }
        }

        private void writeEvent(Stream stream, long sent) throws IOException {
            boolean last = stream.sent == events;
            write(stream.channel, chunk("data: " + (stream.gemini ? """
                    {"candidates":[{"content":{"parts":[{"text":"sent=%d;"}],"role":"model"},"index":0}]%s,"modelVersion":"m","responseId":"r"}"""
                    .formatted(sent, last ? ",\"usageMetadata\":{\"promptTokenCount\":8,\"candidatesTokenCount\":2,\"totalTokenCount\":10}" : "") : """
                    {"id":"c","object":"chat.completion.chunk","created":1,"model":"grok","choices":[{"index":0,"delta":{"content":"sent=%d;"}}]%s}"""
                    .formatted(sent, last ? ",\"usage\":{\"prompt_tokens\":8,\"completion_tokens\":2,\"total_tokens\":10}" : "")) + "\n\n"));
        }

        private static String chunk(String data) {
            return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
        }

        /** Answers are small, so a socket that takes none of one belongs to somebody who does not read. */
        private static void write(SocketChannel channel, String text) throws IOException {
            ByteBuffer out = ByteBuffer.wrap(bytes(text));
            channel.write(out);
            if (out.hasRemaining()) {
                throw new IOException("The reader is too slow");
            }
        }

        private static void close(SocketChannel channel) {
            try {
                channel.close();
            }
            catch (IOException ignored) {
                // it is gone, which is what was wanted
            }
        }
    }

    private static ByteBuffer request(URI url) {
        String method = System.getenv().getOrDefault("METHOD", "POST");
        String body = method.equals("GET") ? "" : System.getenv().getOrDefault("BODY", "");
        StringBuilder head = new StringBuilder(method).append(' ').append(url.getRawPath())
                .append(url.getRawQuery() == null ? "" : "?" + url.getRawQuery()).append(" HTTP/1.1\r\nHost: ").append(url.getAuthority());
        for (String pair : System.getenv().getOrDefault("HEADERS", "").split("\\|")) {
            if (!pair.isEmpty()) {
                head.append("\r\n").append(pair.replaceFirst("=", ": "));
            }
        }
        if (!method.equals("GET")) {
            head.append("\r\nContent-Type: application/json\r\nContent-Length: ").append(body.length());
        }
        return ByteBuffer.wrap(bytes(head + "\r\n\r\n" + body));
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }

    private static long part(long[] sorted, double part) {
        return sorted.length == 0 ? 0 : sorted[Math.min(sorted.length - 1, (int) (sorted.length * part))];
    }

    /** Callers who each make their next call when the last one is answered. */
    private static final class Load {

        private final URI url;
        private final int callers;
        private final long seconds;

        Load(URI url, int callers, long seconds) {
            this.url = url;
            this.callers = callers;
            this.seconds = seconds;
        }

        private static final class Caller {

            private final Incoming answer = new Incoming();
            private long begun;
        }

        void run() throws IOException {
            Selector selector = Selector.open();
            ByteBuffer request = request(url);
            for (int i = 0; i < callers; i++) {
                SocketChannel channel = SocketChannel.open(new InetSocketAddress(url.getHost(), url.getPort()));
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                Caller caller = new Caller();
                channel.register(selector, SelectionKey.OP_READ, caller);
                caller.begun = System.nanoTime();
                channel.write(request.duplicate());
            }
            long[] took = new long[1 << 16];
            int count = 0;
            int bad = 0;
            long from = System.nanoTime();
            ByteBuffer buffer = ByteBuffer.allocateDirect(65536);
            while (System.nanoTime() - from < seconds * 1_000_000_000L) {
                selector.select(100);
                for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext();) {
                    SelectionKey key = keys.next();
                    keys.remove();
                    SocketChannel channel = (SocketChannel) key.channel();
                    Caller caller = (Caller) key.attachment();
                    buffer.clear();
                    if (channel.read(buffer) < 0) {
                        throw new IOException("The gateway closed a connection");
                    }
                    buffer.flip();
                    caller.answer.read(buffer);
                    int end = caller.answer.whole();
                    if (end > 0) {
                        if (count == took.length) {
                            took = Arrays.copyOf(took, 2 * count);
                        }
                        long now = System.nanoTime();
                        took[count++] = now - caller.begun;
                        bad += caller.answer.bytes[9] == '2' ? 0 : 1;
                        caller.answer.drop(end);
                        caller.begun = now;
                        channel.write(request.duplicate());
                    }
                }
            }
            double lasted = (System.nanoTime() - from) / 1e9;
            long[] sorted = Arrays.copyOf(took, count);
            Arrays.sort(sorted);
            System.out.printf("RESULT %.3f %.3f %.0f %d 0%n", millis(part(sorted, 0.5)), millis(part(sorted, 0.99)), count / lasted, bad);
        }
    }

    /**
     * Readers of streams whose events say when they were sent ({@code sent=NANOS;}, of the clock that all processes of a machine
     * share), so that each event's delay is measured and not guessed.
     */
    private static final class Streams {

        private static final long APART = 4_000_000; // nanoseconds between two that begin

        private final URI url;
        private final int streams;
        private final List<Long> firsts = new ArrayList<>();
        private final List<Long> delays = new ArrayList<>();
        private final List<Long> gaps = new ArrayList<>();
        private int bad;

        Streams(URI url, int streams) {
            this.url = url;
            this.streams = streams;
        }

        private static final class Reader {

            private final StringBuilder wire = new StringBuilder();
            private final StringBuilder unread = new StringBuilder();
            private boolean head = true;
            private int chunk;
            private final long begun = System.nanoTime();
            private long first;
            private long last;
            private long lastSent;
            private boolean over;

            /** Takes what came off the wire and leaves what stands in its chunks; a proxy may cut them anywhere. */
            void take(String text) {
                wire.append(text);
                if (head) {
                    int end = wire.indexOf("\r\n\r\n");
                    if (end < 0) {
                        return;
                    }
                    wire.delete(0, end + 4);
                    head = false;
                }
                while (!over && wire.length() > 0) {
                    if (chunk > 0) {
                        int here = Math.min(chunk, wire.length());
                        unread.append(wire, 0, here);
                        wire.delete(0, here);
                        chunk -= here;
                        continue;
                    }
                    int from = wire.indexOf("\r\n") == 0 ? 2 : 0; // the end of the chunk before
                    int to = wire.indexOf("\r\n", from);
                    if (to < 0) {
                        return;
                    }
                    chunk = Integer.parseInt(wire.substring(from, to), 16);
                    over = chunk == 0;
                    wire.delete(0, to + 2);
                }
            }
        }

        void run() throws IOException {
            Selector selector = Selector.open();
            ByteBuffer request = request(url);
            ByteBuffer buffer = ByteBuffer.allocateDirect(65536);
            long next = System.nanoTime();
            int opened = 0;
            int over = 0;
            long patience = System.nanoTime() + 120_000_000_000L;
            while (over < streams && System.nanoTime() < patience) {
                if (opened < streams && System.nanoTime() >= next) {
                    SocketChannel channel = SocketChannel.open(new InetSocketAddress(url.getHost(), url.getPort()));
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    channel.configureBlocking(false);
                    channel.register(selector, SelectionKey.OP_READ, new Reader());
                    channel.write(request.duplicate());
                    opened++;
                    next += APART;
                }
                selector.select(opened < streams ? 1 : 100);
                for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext();) {
                    SelectionKey key = keys.next();
                    keys.remove();
                    SocketChannel channel = (SocketChannel) key.channel();
                    buffer.clear();
                    int n = channel.read(buffer);
                    long now = System.nanoTime();
                    buffer.flip();
                    Reader reader = (Reader) key.attachment();
                    read(reader, StandardCharsets.ISO_8859_1.decode(buffer).toString(), now);
                    if (n < 0 && !reader.over) {
                        bad++;
                        reader.over = true;
                    }
                    if (reader.over) {
                        channel.close();
                        over++;
                    }
                }
            }
            bad += streams - over;
            System.out.printf("STREAMS first byte p50 %.2f p99 %.2f ms; event behind its sending p50 %.2f p99 %.2f max %.1f ms; gap off the sender's p50 %.2f "
                    + "p99 %.2f ms; %d streams, %d events, %d broken%n", of(firsts, 0.5), of(firsts, 0.99), of(delays, 0.5), of(delays, 0.99), of(delays, 1),
                    of(gaps, 0.5), of(gaps, 0.99), firsts.size(), delays.size(), bad);
        }

        private static double of(List<Long> values, double part) {
            return millis(part(values.stream().mapToLong(Long::longValue).sorted().toArray(), part));
        }

        private void read(Reader reader, String text, long now) {
            if (reader.first == 0 && !text.isEmpty()) {
                reader.first = now;
                firsts.add(now - reader.begun);
                if (!text.startsWith("HTTP/1.1 200")) {
                    if (bad++ == 0) {
                        System.err.println(text);
                    }
                }
            }
            reader.take(text);
            for (int at; (at = reader.unread.indexOf("sent=")) >= 0;) {
                int end = reader.unread.indexOf(";", at);
                if (end < 0) {
                    break;
                }
                long sent = Long.parseLong(reader.unread.substring(at + 5, end));
                delays.add(now - sent);
                if (reader.last != 0) {
                    gaps.add(Math.abs((now - reader.last) - (sent - reader.lastSent)));
                }
                reader.last = now;
                reader.lastSent = sent;
                reader.unread.delete(0, end + 1);
            }
        }
    }
}
