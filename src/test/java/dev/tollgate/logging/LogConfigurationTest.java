package dev.tollgate.logging;

import java.io.InputStream;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Test;
import org.w3c.dom.NodeList;

import static org.assertj.core.api.Assertions.assertThat;

/** The configuration of Log4j2 that ships, held against the advisories that SECURITY.md lists. */
class LogConfigurationTest {

    /** What CVE-2025-68161, CVE-2026-34477, CVE-2026-34478, CVE-2026-34480 and their like need in order to matter. */
    private static final List<String> AFFECTED = List.of("Socket", "Syslog", "SMTP", "Ssl", "Rfc5424Layout", "XmlLayout",
            "Log4j1XmlLayout", "JsonTemplateLayout");

    @Test
    void noAppenderOrLayoutWithAnOpenAdvisoryIsConfigured() throws Exception {
        try (InputStream file = getClass().getResourceAsStream("/log4j2-spring.xml")) {
            NodeList elements = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file).getElementsByTagName("*");

            assertThat(IntStream.range(0, elements.getLength()).mapToObj(elements::item).map(element -> element.getNodeName()))
                    .contains("PatternLayout").doesNotContainAnyElementsOf(AFFECTED);
        }
    }
}
