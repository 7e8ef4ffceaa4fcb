package dev.tollgate.keepa;

import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.springframework.stereotype.Component;

/** For the route: whether Keepa is to be asked before the request in the message is sent away for long; see {@link KeepaAnchor}. */
@Component("keepaDoubt")
record KeepaDoubt(KeepaAnchor anchor) implements Predicate {

    @Override
    public boolean matches(Exchange exchange) {
        return anchor.isDoubtful(exchange);
    }
}
