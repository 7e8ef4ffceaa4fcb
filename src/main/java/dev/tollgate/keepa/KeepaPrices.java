package dev.tollgate.keepa;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.stereotype.Component;

import dev.tollgate.kit.PriceSource;
import dev.tollgate.queue.Quote;

/** Says by Keepa's price list what the request in a message will probably cost. */
@Component("keepaPrices")
public class KeepaPrices implements PriceSource {

    @Override
    public Quote quote(Exchange exchange) {
        Message request = exchange.getMessage();
        byte[] body = request.getBody(byte[].class);
        request.setBody(body);
        return PriceList.quote(KeepaCall.of(request.getHeader(Exchange.HTTP_PATH, "", String.class),
                request.getHeader(Exchange.HTTP_QUERY, String.class), body));
    }
}
