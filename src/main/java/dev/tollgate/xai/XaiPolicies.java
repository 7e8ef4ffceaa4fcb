package dev.tollgate.xai;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The books as the routes name them, one for each of the gateway's own paths. */
@Configuration(proxyBeanMethods = false)
class XaiPolicies {

    @Bean
    ChatBooks judgeBooks(XaiUpstream upstream, XaiBooks books) {
        return new ChatBooks(upstream, books, XaiBooks.JUDGE);
    }

    @Bean
    ChatBooks learnBooks(XaiUpstream upstream, XaiBooks books) {
        return new ChatBooks(upstream, books, XaiBooks.LEARN);
    }
}
