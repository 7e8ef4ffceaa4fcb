package dev.tollgate.door;

import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.nodes.Node;

import dev.tollgate.check.RouteDocument;
import dev.tollgate.check.RouteFile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Camel keeps the resource of each route for as long as the route serves; what was parsed of it must not be kept along. */
class RouteLoaderTest {

    private static final RouteFile FILE = new RouteFile("one.yaml", """
            - route:
                id: one
                from:
                  uri: direct:one
                  steps:
                    - setBody:
                        constant: first
            """);

    @Test
    void aRouteThatServesKeepsTheTextOfItsFileAndNotTheTree() throws Exception {
        try (DefaultCamelContext context = started()) {
            WeakReference<Node> tree = load(context);

            await().atMost(Duration.ofSeconds(20)).until(() -> {
                System.gc();
                return tree.get() == null;
            });
            RouteDefinition route = context.getRouteDefinition("one");
            assertThat(new String(route.getResource().getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(FILE.text());
            assertThat(context.getRoute("one").getSourceLocation()).isEqualTo("file:one.yaml:4");
        }
    }

    @Test
    void aDocumentIsLoadedOnce() throws Exception {
        try (DefaultCamelContext context = started()) {
            Resource document = new RouteLoader.Document("file:", RouteDocument.of(List.of(FILE)).get(0));
            PluginHelper.getRoutesLoader(context).loadRoutes(document);

            assertThatThrownBy(() -> PluginHelper.getRoutesLoader(context).loadRoutes(document))
                    .hasStackTraceContaining("file:one.yaml was loaded already");
        }
    }

    /** In a method of its own, so that no local variable holds the tree. */
    private static WeakReference<Node> load(DefaultCamelContext context) throws Exception {
        RouteDocument document = RouteDocument.of(List.of(FILE)).get(0);
        PluginHelper.getRoutesLoader(context).loadRoutes(new RouteLoader.Document("file:", document));
        return new WeakReference<>(document.root());
    }

    private static DefaultCamelContext started() {
        DefaultCamelContext context = new DefaultCamelContext();
        context.start();
        RouteLoader.addTo(context);
        return context;
    }
}
