package dev.tollgate.e2e;

import java.time.Clock;
import java.time.Duration;

import org.springframework.boot.SpringApplication;
import org.springframework.context.annotation.Bean;

import dev.tollgate.TollgateApplication;

/** The gateway on a machine whose clock is wrong by as many milliseconds as the first argument says. */
public final class SkewedGateway {

    private static Duration skew;

    private SkewedGateway() {
    }

    public static void main(String[] args) {
        skew = Duration.ofMillis(Long.getLong("tollgate.test.skew", 0));
        new SpringApplication(WrongClock.class, TollgateApplication.class).run(args);
    }

    /** No configuration by annotation, or every test's gateway would find it. */
    static class WrongClock {

        @Bean
        Clock clock() {
            return Clock.offset(Clock.systemUTC(), skew);
        }
    }
}
