package dev.tollgate.openapi;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicReference;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.OpenAPI;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.openapi.BeanConfig;
import org.apache.camel.openapi.RestOpenApiReader;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import dev.tollgate.door.ServedPaths;

/**
 * {@code GET /openapi.json}. Paths, methods and descriptions come from the Rest DSL of the routes that serve now; schemas,
 * errors and examples from {@code openapi.yaml}, and so do the entrances that are no Rest DSL. Made once for each set of
 * routes, when somebody first asks.
 */
@Component("apiDocument")
public class ApiDocument {

    private static final ObjectMapper JSON = new ObjectMapper();

    private record Edition(String routes, byte[] json) {
    }

    private final ServedPaths served;
    private final AtomicReference<Edition> current = new AtomicReference<>();

    ApiDocument(ServedPaths served) {
        this.served = served;
    }

    /** The document as JSON. */
    public byte[] json() throws Exception {
        CamelContext routes = served.routes();
        Edition edition = current.get();
        if (edition == null || !edition.routes().equals(routes.getName())) {
            ObjectNode document = new Completion(details(), served.entrances()).of(generated(routes));
            edition = new Edition(routes.getName(), JSON.writeValueAsBytes(document));
            current.set(edition);
        }
        return edition.json();
    }

    private static ObjectNode generated(CamelContext routes) throws Exception {
        BeanConfig config = new BeanConfig();
        config.setVersion("3.1.0");
        OpenAPI api = new RestOpenApiReader().read(routes,
                routes.getCamelContextExtension().getContextPlugin(Model.class).getRestDefinitions(), config,
                routes.getName(), routes.getClassResolver());
        return Json31.mapper().valueToTree(api);
    }

    private static ObjectNode details() throws IOException {
        try (InputStream yaml = new ClassPathResource("openapi.yaml").getInputStream()) {
            LoaderOptions ownFile = new LoaderOptions();
            ownFile.setMaxAliasesForCollections(1000); // the bound is against foreign files
            Object written = new Yaml(new SafeConstructor(ownFile)).load(yaml); // it knows anchors
            return JSON.valueToTree(written);
        }
    }
}
