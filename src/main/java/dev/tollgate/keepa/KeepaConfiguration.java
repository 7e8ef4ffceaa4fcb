package dev.tollgate.keepa;

import java.time.Clock;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.tollgate.kit.Buckets;

/** Keepa's bucket is there before its route is, for the pages and meters that show it. */
@Configuration(proxyBeanMethods = false)
public class KeepaConfiguration {

    @Bean
    KeepaBalance keepaBalance(KeepaProperties keepa, Buckets buckets, Clock clock) {
        buckets.declare(KeepaBalance.NAME, keepa.bucket());
        return new KeepaBalance(() -> buckets.declared(KeepaBalance.NAME), clock);
    }
}
