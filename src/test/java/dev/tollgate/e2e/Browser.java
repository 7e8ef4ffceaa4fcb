package dev.tollgate.e2e;

import java.net.http.HttpRequest;

import dev.tollgate.e2e.Gateway.Answer;

/** A person's browser: keeps the gateway's cookie, follows links when told. */
final class Browser {

    private final Gateway gateway;
    private final AmazonServer amazon;
    private String cookie;

    Browser(Gateway gateway, AmazonServer amazon) {
        this.gateway = gateway;
        this.amazon = amazon;
    }

    Answer open(String path) {
        return go(HttpRequest.newBuilder(gateway.uri(path)).GET());
    }

    Answer post(String path) {
        return go(HttpRequest.newBuilder(gateway.uri(path)).POST(HttpRequest.BodyPublishers.noBody()));
    }

    private Answer go(HttpRequest.Builder request) {
        if (cookie != null) {
            request.header("Cookie", "theme=dark; " + cookie);
        }
        Answer answer = gateway.send(request);
        String set = answer.header("Set-Cookie");
        if (set != null) {
            cookie = set.substring(0, set.indexOf(';'));
        }
        return answer;
    }

    String cookie() {
        return cookie;
    }

    /** Opens /connect and clicks; the path at the gateway that the browser is sent back to. */
    String click(String decision, String seller) {
        return back(open("/connect").header("Location"), decision, seller);
    }

    String back(String consentPage, String decision, String seller) {
        String location = amazon.decide(consentPage, decision, seller);
        return location.substring(location.indexOf("/callback"));
    }

    /** The whole way. */
    Answer connect(String seller) {
        return open(click("approve", seller));
    }
}
