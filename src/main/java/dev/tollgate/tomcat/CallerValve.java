package dev.tollgate.tomcat;

import java.io.IOException;

import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Caller;

/** Hands the {@link Caller} of a request from Tomcat's connection to the door. */
final class CallerValve extends ValveBase {

    CallerValve() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        request.setAttribute(Caller.PROPERTY, request.getCoyoteRequest().getNote(AttentiveProtocol.NOTE));
        getNext().invoke(request, response);
    }

    /** Has Tomcat speak {@link AttentiveProtocol}. */
    @Component
    static class Installer implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

        @Override
        public void customize(TomcatServletWebServerFactory tomcat) {
            tomcat.setProtocol(AttentiveProtocol.class.getName());
            tomcat.addContextValves(new CallerValve());
            // Part of a seller's SKU below /sp-api; RequestPath refuses it everywhere else.
            tomcat.addConnectorCustomizers(connector -> {
                connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
                connector.setEncodedReverseSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
            });
        }
    }
}
