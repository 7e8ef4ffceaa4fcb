package dev.tollgate.openapi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tollgate.door.ServedPaths.Served;

/**
 * Lays the written details over a generated document. The generated one decides which operations there are: details of one
 * that is not served are left out, and what is served without details is described by its route alone.
 */
record Completion(ObjectNode details, List<Served> entrances) {

    private static final String BELOW = "/**";
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

    ObjectNode of(ObjectNode generated) {
        ObjectNode document = details.deepCopy();
        ObjectNode paths = document.putObject("paths");
        JsonNode written = details.path("paths");
        for (Served served : entrances.stream().sorted(Comparator.comparing(Served::path)).toList()) {
            if (!served.path().startsWith("/sandbox/")) { // what is simulated has documents of its own, at its makers'
                add(paths, served, generated.path("paths").path(served.path()), written);
            }
        }
        details.path("x-served-beside-the-routes").fields() // health and metrics, which are Spring's
                .forEachRemaining(path -> paths.set(path.getKey(), path.getValue()));
        document.remove("x-served-beside-the-routes");
        return document;
    }

    private static void add(ObjectNode paths, Served served, JsonNode generated, JsonNode written) {
        boolean prefix = served.path().endsWith(BELOW);
        String path = prefix ? served.path().replace(BELOW, "/{path}") : served.path();
        for (String method : methods(served, written.path(path))) {
            ObjectNode operation = paths.withObjectProperty(path).withObjectProperty(method);
            if (served.description() != null) {
                operation.put("summary", served.description());
            }
            merge(operation, generated.path(method));
            operation.remove("x-camelContextId");
            JsonNode responses = operation.path("responses");
            if (responses.size() == 1 && responses.has("default") && responses.path("default").isEmpty()) {
                operation.remove("responses"); // what the generator writes when the verb says nothing
            }
            merge(operation, written.path(path).path(method));
            if (!operation.has("responses")) {
                operation.withObjectProperty("responses").withObjectProperty("default").put("description", "The route's answer");
            }
        }
        JsonNode shared = written.path(path).path("parameters");
        if (shared.isArray()) {
            paths.withObjectProperty(path).set("parameters", shared);
        }
    }

    /** HEAD stands beside every GET and needs no description; an entrance for all methods has those that are written. */
    private static List<String> methods(Served served, JsonNode written) {
        List<String> methods = new ArrayList<>();
        for (String method : served.methods().isEmpty() ? names(written) : served.methods()) {
            String small = method.toLowerCase(Locale.ROOT);
            if (METHODS.contains(small) && !small.equals("head")) {
                methods.add(small);
            }
        }
        return methods.isEmpty() ? List.of("get") : methods;
    }

    private static Set<String> names(JsonNode node) {
        Set<String> names = new TreeSet<>();
        for (Iterator<String> each = node.fieldNames(); each.hasNext();) {
            names.add(each.next());
        }
        return names;
    }

    private static void merge(ObjectNode into, JsonNode over) {
        for (Map.Entry<String, JsonNode> field : over.properties()) {
            if (field.getValue().isObject() && into.path(field.getKey()).isObject()) {
                merge((ObjectNode) into.get(field.getKey()), field.getValue());
            }
            else {
                into.set(field.getKey(), field.getValue());
            }
        }
    }
}
