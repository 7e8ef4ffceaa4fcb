package bench;

import org.apache.camel.builder.RouteBuilder;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Camel with one route and nothing else, on the parts that Tollgate is made of. */
@SpringBootApplication
public class BareCamel {

    public static void main(String[] args) {
        SpringApplication.run(BareCamel.class, args);
    }

    @Bean
    RouteBuilder all() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:/?matchOnUriPrefix=true").removeHeader("Host")
                        .to("{{bench.upstream:http://127.0.0.1:22001}}?bridgeEndpoint=true&throwExceptionOnFailure=false"
                                + "&connectionsPerRoute=200&maxTotalConnections=400");
            }
        };
    }
}
