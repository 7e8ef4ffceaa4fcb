package dev.tollgate.door;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.dsl.yaml.KameletRoutesBuilderLoader;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.ResourceSupport;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Present;
import org.snakeyaml.engine.v2.api.lowlevel.Serialize;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

import dev.tollgate.check.RouteDocument;
import dev.tollgate.check.RouteFile;

/**
 * Camel's own YAML loader, given documents that are parsed already: of files by any name, of several in one file, with merge
 * keys replaced. Everything behind the parser is Camel's.
 */
final class RouteLoader extends YamlRoutesBuilderLoader {

    /** Camel finds a loader among the beans of a context by the extension of the resource. */
    static final String BEAN = "tollgate-routes-loader";

    /** A document as a resource, by the name of its file. */
    static final class Document extends ResourceSupport {

        private final RouteFile file;
        private final boolean isKamelet;
        private @Nullable Node root;

        Document(String scheme, RouteDocument document) {
            super(scheme.replace(":", ""), scheme + document.file().name());
            this.file = document.file();
            this.isKamelet = document.isKamelet();
            this.root = document.root();
        }

        /** What was parsed, for its only reader: Camel keeps the resource with each route, and the trees would take 5 MB. */
        private Node handOver() {
            Node given = root;
            if (given == null) {
                throw new IllegalStateException(getLocation() + " was loaded already");
            }
            root = null;
            return given;
        }

        @Override
        public boolean exists() {
            return true;
        }

        @Override
        public InputStream getInputStream() {
            return new ByteArrayInputStream(file.text().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static final class Kamelets extends KameletRoutesBuilderLoader {

        RouteBuilder load(Resource resource, Node root) {
            return builder(newYamlDeserializationContext(settings(resource), resource), root);
        }
    }

    private final Kamelets kamelets = new Kamelets();

    static void addTo(CamelContext context) {
        RouteLoader loader = new RouteLoader();
        loader.setCamelContext(context);
        loader.kamelets.setCamelContext(context);
        context.getRegistry().bind(BEAN, loader);
    }

    @Override
    public boolean isSupportedExtension(String extension) {
        return extension.endsWith("yaml") || extension.endsWith("yml");
    }

    /** Beans of the files, which the routes of any file may name. */
    @Override
    public void preParseRoute(Resource resource) throws Exception {
        if (!(resource instanceof Document known)) {
            super.preParseRoute(resource);
        }
        else if (known.root instanceof SequenceNode list) {
            String one = new Present(DumpSettings.builder().build())
                    .emitToString(new Serialize(DumpSettings.builder().build()).serializeOne(list).iterator());
            super.preParseRoute(ResourceHelper.fromString(resource.getLocation(), one));
        }
    }

    @Override
    public RouteBuilder doLoadRouteBuilder(Resource resource) throws Exception {
        if (resource instanceof Document known) {
            Node root = known.handOver();
            return known.isKamelet ? kamelets.load(resource, root)
                    : builder(newYamlDeserializationContext(settings(resource), resource), root);
        }
        return resource.getLocation().endsWith(".kamelet.yaml") ? (RouteBuilder) kamelets.loadRoutesBuilder(resource)
                : super.doLoadRouteBuilder(resource);
    }

    private static LoadSettings settings(Resource resource) {
        return LoadSettings.builder().setLabel(resource.getLocation()).build();
    }
}
