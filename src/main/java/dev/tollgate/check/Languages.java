package dev.tollgate.check;

import java.util.Set;

/** The names by which the DSL writes an expression. */
final class Languages {

    private static final Set<String> NAMES = Set.of("constant", "csimple", "datasonnet", "exchangeProperty", "groovy", "header",
            "hl7terser", "java", "joor", "jq", "js", "jsonpath", "language", "method", "mvel", "ognl", "python", "ref", "simple",
            "spel", "tokenize", "variable", "wasm", "xpath", "xquery", "xtokenize");

    private Languages() {
    }

    static boolean is(Yaml yaml) {
        return yaml.key() != null && NAMES.contains(yaml.key());
    }
}
