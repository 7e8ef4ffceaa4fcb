package dev.tollgate.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the packaged jar brings along, and that its own lists of it are true. */
class ShippedPartsIT {

    private static final String SBOM = "META-INF/sbom/application.cdx.json";
    private static final String LIBRARIES = "BOOT-INF/lib/";

    private static JarFile jar;
    /** Version by {@code group:artifact}, as {@code versions.txt} in the jar has them. */
    private static Map<String, String> versions;
    private static JsonNode sbom;

    @BeforeAll
    static void open() throws IOException {
        jar = new JarFile(System.getProperty("tollgate.jar"));
        versions = new TreeMap<>();
        text("META-INF/sbom/versions.txt").lines().forEach(line -> {
            int end = line.lastIndexOf(':');
            versions.put(line.substring(0, end), line.substring(end + 1));
        });
        sbom = new ObjectMapper().readTree(text(SBOM));
    }

    @AfterAll
    static void close() throws IOException {
        jar.close();
    }

    @Test
    void theSbomIsCycloneDxAndTheManifestSaysWhereItIs() throws IOException {
        assertThat(jar.getManifest().getMainAttributes().getValue("Sbom-Location")).isEqualTo(SBOM);
        assertThat(sbom.path("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(sbom.at("/metadata/component/name").asText()).isEqualTo("tollgate");
    }

    @Test
    void everyLibraryInTheJarIsListedAndNothingElse() {
        Set<String> packed = libraries().stream().map(name -> name.replaceFirst("\\.jar$", "")).collect(Collectors.toSet());
        Set<String> listed = versions.entrySet().stream()
                .map(part -> part.getKey().replaceFirst(".*:", "") + "-" + part.getValue()).collect(Collectors.toSet());

        // The tools that unpack the jar are put there by the packaging, in the version of Spring Boot.
        assertThat(packed).allSatisfy(name -> assertThat(name).satisfiesAnyOf(
                part -> assertThat(listed).contains(part),
                part -> assertThat(part).isEqualTo("spring-boot-jarmode-tools-" + versions.get("org.springframework.boot:spring-boot"))));
        // Of the viewer two files are unpacked, and the starters hold nothing.
        assertThat(listed).allSatisfy(name -> assertThat(name).satisfiesAnyOf(
                part -> assertThat(packed).contains(part),
                part -> assertThat(part).matches("(swagger-ui|spring-boot-starter)-.*")));
        assertThat(jar.getEntry("BOOT-INF/classes/static/docs/swagger-ui-bundle.js")).isNotNull();
    }

    @Test
    void theSbomAndTheListForPeopleNameTheSameParts() {
        Map<String, String> parts = new TreeMap<>();
        sbom.path("components").forEach(part -> parts.put(part.path("group").asText() + ":" + part.path("name").asText(),
                part.path("version").asText()));

        assertThat(parts).isEqualTo(versions);
        assertThat(sbom.path("components")).allSatisfy(part -> assertThat(part.path("purl").asText()).startsWith("pkg:maven/"));
    }

    @ParameterizedTest
    @CsvSource({
        "org.apache.camel:camel-api, 4.17.0",
        "org.apache.commons:commons-lang3, 3.18.0",
        "org.apache.logging.log4j:log4j-core, 2.24.3",
        "org.apache.tomcat.embed:tomcat-embed-core, 10.1.55",
        "org.springframework.boot:spring-boot, 3.5.16",
        "org.springframework.security:spring-security-web, 6.5.11",
        "org.springframework:spring-web, 6.2.19",
        "org.webjars:swagger-ui, 5.34.1",
        "com.fasterxml.jackson.core:jackson-databind, 2.21.4",
        "com.h2database:h2, 2.4.240",
        "org.postgresql:postgresql, 42.7.11",
    })
    void nothingIsOlderThanTheOldestAllowed(String part, String oldest) {
        assertThat(versions).containsKey(part);
        assertThat(Version.parse(versions.get(part))).isGreaterThanOrEqualTo(Version.parse(oldest));
    }

    @ParameterizedTest
    @ValueSource(strings = { "c3p0", "mchange-commons-java", "tomcat-embed-websocket", "kotlin-stdlib", "logback-classic",
            "spring-boot-configuration-processor", "spring-boot-devtools", "camel-browse", "camel-controlbus", "camel-dataset",
            "camel-mock", "camel-saga", "camel-stub", "camel-validator", "camel-xpath", "camel-xslt" })
    void whatIsNotUsedIsNotThere(String artifact) {
        assertThat(libraries()).noneMatch(name -> name.matches(artifact + "(-jdk\\d)?-\\d.*"));
        assertThat(versions.keySet()).noneMatch(part -> part.endsWith(":" + artifact));
    }

    @Test
    void noListTellsOfTheMachineThatMadeIt() throws IOException {
        assertThat(text(SBOM)).doesNotContain("file:/", System.getProperty("user.home"), System.getProperty("user.dir"), "localhost");
    }

    private static Set<String> libraries() {
        return jar.stream().map(ZipEntry::getName).filter(name -> name.startsWith(LIBRARIES) && name.endsWith(".jar"))
                .map(name -> name.substring(LIBRARIES.length())).collect(Collectors.toSet());
    }

    private static String text(String name) throws IOException {
        try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
