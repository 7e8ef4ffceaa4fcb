package dev.tollgate.e2e;

import java.io.IOException;

import com.sun.net.httpserver.HttpExchange;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

import dev.tollgate.e2e.Gateway.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/** Comment lines in streams that have not begun or rest; nowhere else, and in no event. */
@TestPropertySource(properties = "tollgate.xai.comment-after=150ms")
class StreamPulseTest extends XaiGatewayTest {

    private static final String CHAT = "/xai/v1/chat/completions";
    private static final String ASK = "{\"model\":\"grok-4\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[]}";
    private static final String ONE = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    @Test
    void anAnswerThatHasNotBegunBeginsWithComments() {
        xai.answer(http -> {
            Thread.sleep(1_000);
            stream(http, 0, ONE, DONE);
        });
        Answer answer = post(CHAT, ASK, "X-Request-Id", "not-begun");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("text/event-stream");
        assertThat(answer.header("X-Request-Id")).isEqualTo("not-begun");
        assertThat(answer.text()).matches("(:\n\n){2,7}\\Q" + ONE + DONE + "\\E");
    }

    @Test
    void aStreamThatRestsHasCommentsBetweenItsEvents() {
        xai.answer(http -> stream(http, 700, "", ONE, DONE));
        assertThat(post(CHAT, ASK).text()).matches("(:\n\n){1,5}\\Q" + ONE + "\\E(:\n\n){1,5}\\Q" + DONE + "\\E(:\n\n)*");
    }

    @Test
    void anEventThatRestsIsNotTorn() {
        xai.answer(http -> stream(http, 700, "data: {\"choices\":", "[]}\n", "\n"));
        assertThat(post(CHAT, ASK).text()).matches("(:\n\n)*data: \\{\"choices\":\\[]}\n\n(:\n\n)*");
    }

    @Test
    void aFailureBehindCommentsIsAnEvent() {
        xai.answer(http -> {
            Thread.sleep(700);
            byte[] body = "{\"code\":\"resource-exhausted\",\n\"error\":\"x\"}".getBytes();
            http.sendResponseHeaders(429, body.length);
            http.getResponseBody().write(body);
        });
        Answer answer = post(CHAT, ASK);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).matches("(:\n\n){1,5}data: \\{\"code\":\"resource-exhausted\",\ndata: \"error\":\"x\"}\n\n");
    }

    @Test
    void whatIsAnsweredAtOnceAndWhatIsNoStreamHaveNone() {
        xai.answer(429, "application/json", "{}".getBytes());
        assertThat(post(CHAT, ASK).status()).isEqualTo(429);
        xai.answer(http -> {
            Thread.sleep(500);
            http.sendResponseHeaders(200, 2);
            http.getResponseBody().write("{}".getBytes());
        });
        assertThat(post(CHAT, ASK.replace("\"stream\":true", "\"stream\":false")).text()).isEqualTo("{}");
    }

    private static void stream(HttpExchange http, long restMillis, String... pieces) throws IOException, InterruptedException {
        http.getResponseHeaders().set("Content-Type", "text/event-stream");
        http.sendResponseHeaders(200, 0);
        http.getResponseBody().flush();
        for (String piece : pieces) {
            http.getResponseBody().write(piece.getBytes());
            http.getResponseBody().flush();
            Thread.sleep(restMillis);
        }
    }
}
