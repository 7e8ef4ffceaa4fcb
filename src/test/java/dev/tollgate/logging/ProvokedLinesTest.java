package dev.tollgate.logging;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Lines that somebody without a key provokes, with a clock that is moved by hand. */
class ProvokedLinesTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(30).toNanos()); // it may overflow, as System.nanoTime
    private final LogHarness log = new LogHarness().attach(10_000);
    private final ProvokedLines bound = new ProvokedLines(log.context, nanos::get);

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void aFloodIsOneLineAnIntervalWithItsCount() {
        flood("dev.tollgate.spapi.sellers.Consent", 5_000);
        assertLast("A callback was refused: its state is 0", 1);

        pass(60);
        assertLast("4999 more lines like this one were left out within 60 s, of callers without a key: A callback was refused: its state is 0", 2);
        flood("dev.tollgate.spapi.sellers.Consent", 700);
        pass(60);
        assertLast("700 more lines like this one", 3);
        pass(60);
        flood("dev.tollgate.spapi.sellers.Consent", 1);
        assertLast("A callback was refused: its state is 0", 4);
    }

    @Test
    void whatTheCallerWroteMakesNoKindsOfItsOwn() {
        try (MDC.MDCCloseable unknown = UnknownCaller.begins()) {
            for (int i = 0; i < 1_000; i++) {
                log.logger("org.springframework.web.Resolver").warn("No static resource webjars/" + i);
                log.logger("logger." + i).warn("kind {}", i);
            }
        }
        await().until(() -> log.count() >= ProvokedLines.MAX_KINDS + 1);
        pass(61);
        await().until(() -> log.messages().stream().filter(text -> text.contains("more lines")).count() >= 2);
        assertThat(log.count()).isLessThanOrEqualTo(ProvokedLines.MAX_KINDS + 1 + 3);
    }

    @Test
    void knownCallersAndTheGatewayItselfAreNotBound() {
        try (MDC.MDCCloseable unknown = UnknownCaller.begins()) {
            UnknownCaller.isKnown();
            for (int i = 0; i < 50; i++) {
                log.logger("dev.tollgate.gemini").warn("attempt {}", i);
            }
        }
        for (int i = 0; i < 50; i++) {
            log.logger("dev.tollgate.ledger").error("usage {}", i);
        }
        await().until(() -> log.count() == 100);
    }

    @Test
    void theWebServersWarningsAreBoundEvenWhereNoFilterHasSeenTheRequest() {
        for (int i = 0; i < 500; i++) {
            log.logger("org.apache.coyote.http11.Http11Processor").log(Level.ERROR, "Error " + i, new IllegalStateException("x" + i));
        }
        log.readConfigurationAnew();
        for (int i = 0; i < 500; i++) {
            log.logger("org.apache.coyote.http11.Http11Processor").log(Level.ERROR, "Error " + i, new IllegalStateException("x" + i));
        }
        pass(60);
        assertLast("999 more lines like this one were left out within 60 s, of callers without a key: Error 0", 2);
    }

    private void flood(String logger, int lines) {
        try (MDC.MDCCloseable unknown = UnknownCaller.begins()) {
            for (int i = 0; i < lines; i++) {
                log.logger(logger).warn("A callback was refused: its state is {}", i);
            }
        }
    }

    private void pass(int seconds) {
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
        bound.tick();
    }

    private void assertLast(String begin, int count) {
        await().until(() -> log.count() >= count);
        List<String> messages = log.messages();
        assertThat(messages).hasSize(count);
        assertThat(messages.get(count - 1)).startsWith(begin);
    }
}
