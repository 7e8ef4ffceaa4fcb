package dev.tollgate.sandbox;

import java.util.HashMap;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.RequestQuery;

/** Carries requests below {@value #PATH} to {@link SpApiSimulator}, and its answers back. */
@Component("spApiSimulatorDoor")
@Profile("sandbox")
record SpApiSimulatorDoor(SpApiSimulator simulator) {

    static final String PATH = "/sandbox/sp-api";

    /** Answers one request as Amazon would. */
    public void answer(Exchange exchange) {
        Message message = exchange.getMessage();
        Map<String, String> headers = new HashMap<>();
        message.getHeaders().forEach((name, value) -> {
            if (value != null && !name.startsWith("Camel")) {
                headers.put(name, value.toString());
            }
        });
        String path = message.getHeader(Exchange.HTTP_PATH, String.class).substring(PATH.length());
        SpApiSimulator.Reply reply = simulator.reply(message.getHeader(Exchange.HTTP_METHOD, String.class), path,
                RequestQuery.of(exchange), headers, message.getBody(String.class));
        Message answer = RequestQuery.answer(exchange, reply.status(), null, reply.body().isEmpty() ? null : reply.body());
        reply.headers().forEach(answer::setHeader);
        answer.setHeader("X-Sandbox", "true");
    }
}
