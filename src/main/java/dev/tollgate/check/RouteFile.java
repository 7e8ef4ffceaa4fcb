package dev.tollgate.check;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A file of routes as it was read, so that what is checked is what is loaded.
 *
 * @param name what findings call it
 * @param text its YAML
 */
public record RouteFile(String name, String text) {

    /** What a document of a file holds. */
    enum Kind { ROUTES, KAMELET, PIPE, NEITHER }

    private static final Set<String> WORDS = Set.of("beans", "dataFormats", "errorHandler", "from", "intercept", "interceptFrom",
            "interceptSendToEndpoint", "onCompletion", "onException", "rest", "restConfiguration", "route", "routeConfiguration",
            "routeTemplate", "templatedRoute");

    /** Whether its name is one of those that Camel's YAML loader takes. */
    public static boolean isNamedSo(String name) {
        return Stream.of(".yaml", ".yml").anyMatch(name::endsWith);
    }

    static Kind kindOf(Yaml document) {
        if (document.place().file().endsWith(".kamelet.yaml")) {
            return Kind.KAMELET;
        }
        if (!document.isMapping()) {
            return Kind.ROUTES;
        }
        String kind = document.text("kind");
        boolean camel = document.text("apiVersion").startsWith("camel.apache.org/");
        return kind.equals("Kamelet") ? Kind.KAMELET : kind.equals("Pipe") && camel ? Kind.PIPE
                : document.fields().keySet().stream().anyMatch(WORDS::contains) ? Kind.ROUTES : Kind.NEITHER;
    }

    /** Every file of routes below a folder, as {@link RouteFolder#read} finds them. */
    public static List<RouteFile> below(Path folder) {
        return RouteFolder.read(folder, name -> true).files();
    }
}
