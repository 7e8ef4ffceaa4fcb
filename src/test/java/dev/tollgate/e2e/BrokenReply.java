package dev.tollgate.e2e;

import java.io.IOException;

import dev.tollgate.e2e.RawUpstream.Line;

/** Ways in which an upstream's answer can be broken on the wire, and two that look so and are not. */
enum BrokenReply {

    CLOSED_WITHOUT_A_BYTE(End.BROKEN, (line, body) -> line.cut()),
    CUT_IN_THE_STATUS_LINE(End.BROKEN, (line, body) -> line.write("HTTP/1.1 20").cut()),
    CUT_AFTER_THE_STATUS_LINE(End.BROKEN, (line, body) -> line.write("HTTP/1.1 200 OK\r\n").cut()),
    CUT_IN_A_HEADER_NAME(End.BROKEN, (line, body) -> line.write("HTTP/1.1 200 OK\r\nContent-Ty").cut()),
    CUT_IN_A_HEADER_VALUE(End.BROKEN, (line, body) -> line.write("HTTP/1.1 200 OK\r\nContent-Type: application/js").cut()),
    CUT_AFTER_A_HEADER(End.BROKEN, (line, body) -> line.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n").cut()),
    CUT_IN_THE_EMPTY_LINE(End.BROKEN, (line, body) -> line.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r").cut()),
    CUT_AMONG_THE_HEADERS_OF_A_REFUSAL(End.BROKEN, (line, body) -> line.write("HTTP/1.1 429 Busy\r\nRetry-After: 1\r\n").cut()),
    CUT_IN_THE_BODY(End.BROKEN, (line, body) -> line.write(head(body.length())).write(half(body)).cut()),
    CUT_IN_A_CHUNK_SIZE(End.BROKEN, (line, body) -> line.write(chunked()).write("1").cut()),
    CUT_IN_A_CHUNK(End.BROKEN, (line, body) -> line.write(chunked()).write(Integer.toHexString(body.length()) + "\r\n" + half(body)).cut()),
    CUT_BEFORE_THE_LAST_CHUNK(End.BROKEN, (line, body) -> line.write(chunked()).write(chunk(body)).cut()),
    CUT_AFTER_AN_INTERIM_ANSWER(End.BROKEN, (line, body) -> line.write("HTTP/1.1 100 Continue\r\n\r\n").cut()),
    NO_HTTP(End.BROKEN, (line, body) -> line.write("<html>hello</html>\r\n\r\n" + body).cut()),
    NO_HTTP_AND_THEN_AN_ANSWER(End.BROKEN, (line, body) -> line.write("hello\r\n").write(head(body.length())).write(body).silence()),
    A_CHUNK_SIZE_THAT_IS_NONE(End.BROKEN, (line, body) -> line.write(chunked()).write("zz\r\n" + body).silence()),
    TOO_MANY_HEADERS(End.BROKEN, (line, body) -> line.write("HTTP/1.1 200 OK\r\n" + "X-A: b\r\n".repeat(1000)
            + "Content-Length: " + body.length() + "\r\n\r\n" + body).silence()),
    A_HEADER_THAT_IS_TOO_LONG(End.BROKEN, (line, body) -> line.write("HTTP/1.1 200 OK\r\nX-A: " + "b".repeat(100_000) + "\r\n"
            + "Content-Length: " + body.length() + "\r\n\r\n" + body).silence()),
    HEADERS_THAT_TOGETHER_ARE_TOO_LONG(End.BROKEN, (line, body) -> line.write("HTTP/1.1 200 OK\r\n"
            + ("X-A: " + "b".repeat(8000) + "\r\n").repeat(12) + "Content-Length: " + body.length() + "\r\n\r\n" + body).silence()),
    A_HEADER_WITHOUT_END(End.BROKEN, (line, body) -> line.write("HTTP/1.1 200 OK\r\nX-A: ").forEver("b".repeat(1000), 0)),
    HEADERS_WITHOUT_END(End.BROKEN, (line, body) -> line.write("HTTP/1.1 200 OK\r\n").forEver("X-A: b\r\n", 0)),
    A_BODY_WITHOUT_END(End.BROKEN, (line, body) -> line.write(chunked()).forEver(chunk(" ".repeat(8000)), 0)),
    A_BODY_SAID_TO_BE_TOO_LONG(End.BROKEN, (line, body) -> line.write(head(5_000_000)).write(body).silence()),
    SILENT(End.LATE, (line, body) -> line.silence()),
    SILENT_AMONG_THE_HEADERS(End.LATE, (line, body) -> line.write("HTTP/1.1 200 OK\r\nContent-Type").silence()),
    A_BODY_SHORTER_THAN_SAID(End.LATE, (line, body) -> line.write(head(body.length() + 1)).write(body).silence()),
    DRIPPING_HEAD(End.LATE, (line, body) -> line.drip("HTTP/1.1 200 OK\r\nX-A: " + "b".repeat(10_000), 50)),
    DRIPPING_BODY(End.LATE, (line, body) -> {
        line.write(head(body.length() + 10_000)).drip(" ".repeat(10_000) + body, 50);
    }),
    DRIPPING_CHUNKS(End.LATE, (line, body) -> line.write(chunked()).forEver(chunk(" "), 50)),
    INTERIM_ANSWERS_WITHOUT_END(End.LATE, (line, body) -> line.forEver("HTTP/1.1 103 Early Hints\r\n\r\n", 20)),
    AN_INTERIM_ANSWER_IN_FRONT(End.SERVED, (line, body) -> line.write("HTTP/1.1 103 Early Hints\r\nLink: <a>; rel=preload\r\n\r\n")
            .write(head(body.length())).write(body)),
    A_BODY_LONGER_THAN_SAID(End.SERVED, (line, body) -> line.write(head(body.length())).write(body)
            .write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\nPOISONED"));

    /** What the gateway makes of it. */
    enum End {
        SERVED, BROKEN, LATE
    }

    private interface Way {

        void send(Line line, String body) throws IOException, InterruptedException;
    }

    private final End end;
    private final Way way;

    BrokenReply(End end, Way way) {
        this.end = end;
        this.way = way;
    }

    End end() {
        return end;
    }

    /** Whether every byte of the body comes, though it is no whole answer by the rules of HTTP. */
    boolean saysAll() {
        return this == CUT_BEFORE_THE_LAST_CHUNK || this == A_BODY_SHORTER_THAN_SAID;
    }

    /** Sends an answer with this body, broken so. */
    void send(Line line, String body) throws IOException, InterruptedException {
        way.send(line, body);
    }

    static String head(int length) {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static String chunked() {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    }

    static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    private static String half(String body) {
        return body.substring(0, body.length() / 2);
    }
}
