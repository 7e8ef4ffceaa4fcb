package dev.tollgate;

import java.util.Optional;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Tollgate: one gateway between a company's programs and the metered APIs they pay for. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class TollgateApplication {

    /** Before Spring, which takes more than too small a heap has, and before anything is claimed. */
    public static void main(String[] args) {
        Optional<String> tooSmall = HeapFloor.refusal(Runtime.getRuntime().maxMemory());
        if (tooSmall.isPresent()) {
            System.err.println(tooSmall.get());
            System.exit(1);
        }
        SpringApplication.run(TollgateApplication.class, args);
    }
}
