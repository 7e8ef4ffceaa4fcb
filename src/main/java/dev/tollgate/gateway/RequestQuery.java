package dev.tollgate.gateway;

import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * The query of a request, and its true headers. In a message both are headers, so a link could pretend to be a cookie or
 * a credential: whoever decides by a header asks here.
 */
public final class RequestQuery {

    private RequestQuery() {
    }

    /** The parameters by name, decoded; of several with one name the first. */
    public static Map<String, String> of(Exchange exchange) {
        return QueryString.of(exchange.getMessage().getHeader(Exchange.HTTP_QUERY, String.class)).toMap();
    }

    /** A header that no parameter of the query pretends to be; null for none, and for one that is doubtful. */
    public static String header(Exchange exchange, String name) {
        String value = exchange.getMessage().getHeader(name, String.class);
        boolean doubtful = value != null && of(exchange).keySet().stream().anyMatch(name::equalsIgnoreCase);
        return doubtful ? null : value;
    }

    /** Makes the message an answer: nothing of the request stays in it. */
    public static Message answer(Exchange exchange, int status, String contentType, Object body) {
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, contentType);
        message.setBody(body);
        return message;
    }
}
