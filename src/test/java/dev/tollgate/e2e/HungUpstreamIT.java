package dev.tollgate.e2e;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/** {@link HungUpstream} where each caller has a virtual thread; {@link Jdk17IT} has the other case. */
class HungUpstreamIT {

    @TempDir
    Path folder;

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void aHungUpstreamSlowsNobodyElseOnVirtualThreads() {
        HungUpstream.seed(folder);
        try (GeminiStub gemini = new GeminiStub();
                GatewayProcess process = GatewayProcess.start(folder, Map.of("tollgate.gemini.base-url", gemini.url()))) {
            HungUpstream.slowsNobodyElse(process, gemini);
        }
    }
}
