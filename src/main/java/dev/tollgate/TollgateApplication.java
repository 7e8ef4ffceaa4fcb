package dev.tollgate;

import java.util.Optional;
import java.util.stream.Stream;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Tollgate: one gateway between a company's programs and the metered APIs they pay for. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class TollgateApplication {

    private static final String HELP = """
            Tollgate, a gateway between your programs and the metered APIs that they pay for.

              java -jar tollgate.jar [--key=value …]

            Every key of application.yaml can be given so, or as an environment variable: --server.port=8081 or SERVER_PORT=8081.
              --spring.profiles.active=sandbox   simulated APIs and a sample company; nothing is paid
              --tollgate.data-dir=data           everything that is written lies below it
              --tollgate.routes-dir=routes       the policies, which may be edited while the gateway runs
              --server.address=0.0.0.0           for others than this machine; needs TOLLGATE_ADMIN_KEY
            Secrets come from the environment: TOLLGATE_ADMIN_KEY, TOLLGATE_MASTER_KEY, KEEPA_API_KEY, XAI_API_KEY, LWA_CLIENT_ID,
            LWA_CLIENT_SECRET, SPAPI_APPLICATION_ID.
            Jars in ext/ are on the class path: components of Camel that the gateway does not bring, database drivers.
            """;

    /** Before Spring, which takes more than too small a heap has, and before anything is claimed. */
    public static void main(String[] args) {
        if (Stream.of(args).anyMatch(argument -> argument.equals("--help") || argument.equals("-h"))) {
            System.out.print(HELP);
            return;
        }
        Optional<String> tooSmall = HeapFloor.refusal(Runtime.getRuntime().maxMemory());
        if (tooSmall.isPresent()) {
            System.err.println(tooSmall.get());
            System.exit(1);
        }
        SpringApplication.run(TollgateApplication.class, args);
    }
}
