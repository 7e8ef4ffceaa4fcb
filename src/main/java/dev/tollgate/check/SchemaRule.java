package dev.tollgate.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import org.apache.camel.util.StringHelper;

/** A file is what the YAML DSL's own schema allows, as visual editors demand it; the head of a kamelet what ours does. */
final class SchemaRule {

    /** With what each reference leads to kept for every place that refers to it, the schema grows to 290 MB. */
    private static final SchemaValidatorsConfig LEAN = SchemaValidatorsConfig.builder()
            .cacheRefs(false).preloadJsonSchema(false).build();

    private static final Pattern SCALARS = Pattern.compile(" (string|integer|number|boolean) expected");
    private static final Pattern WORDS = Pattern.compile("\"([^\"]*)\"");

    /** Camel reads them and leaves them out of its schema. */
    private static final Set<String> TAKEN_BESIDES = Set.of("inheritErrorHandler");

    /** What its schema asks for and Camel does without, by what it is missing in. */
    private static final Map<String, String> DONE_WITHOUT = Map.of("interceptSendToEndpoint", "uri", "simple", "expression");

    /** Bound: one, of 9 MB, which a gateway that is not edited does without. */
    private static volatile WeakReference<SchemaRule> last = new WeakReference<>(null);

    private final JsonSchema camel = load("/schema/camelYamlDsl.json");
    private final JsonSchema kamelet = load("/dev/tollgate/check/kamelet.json");

    private SchemaRule() {
    }

    /** The one that was read last, if something holds it still, otherwise read anew; for all files of one check. */
    static SchemaRule read() {
        SchemaRule read = last.get();
        if (read == null) {
            read = new SchemaRule();
            last = new WeakReference<>(read);
        }
        return read;
    }

    private static JsonSchema load(String resource) {
        // Camel marks what is deprecated, which draft 4 does not know and the library would warn of.
        JsonMetaSchema dialect = JsonMetaSchema.builder(JsonMetaSchema.getV4())
                .keyword(new NonValidationKeyword("deprecated")).build();
        try (InputStream in = SchemaRule.class.getResourceAsStream(resource)) {
            return JsonSchemaFactory.builder(JsonSchemaFactory.getInstance(VersionFlag.V4)).metaSchema(dialect).build()
                    .getSchema(in, LEAN);
        }
        catch (IOException e) {
            throw new UncheckedIOException("The schema " + resource + " cannot be read", e);
        }
    }

    /** A file of routes. */
    void check(Yaml document, Consumer<Finding> findings) {
        check(camel, document, findings);
    }

    /** A kamelet: its head, and what its template holds as if each part of it stood in a file of routes. */
    void checkKamelet(Yaml document, Consumer<Finding> findings) {
        check(kamelet, document, findings);
        Yaml template = document.get("spec", "template");
        if (template != null && template.isMapping()) {
            template.fields().forEach((kind, part) -> check(template.alone(kind), findings));
        }
    }

    private static void check(JsonSchema schema, Yaml document, Consumer<Finding> findings) {
        Set<ValidationMessage> said = schema.validate(json(document));
        // Where a scalar is converted, the alternatives do not matter that it, or what is around it, might have been instead.
        Set<JsonNodePath> converted = said.stream().filter(message -> isConverted(document, message))
                .map(ValidationMessage::getInstanceLocation).collect(Collectors.toSet());
        Set<ValidationMessage> all = said.stream().filter(message -> !isTakenAllTheSame(message)
                && (message.getType().equals("additionalProperties")
                    || converted.stream().noneMatch(below -> below.startsWith(message.getInstanceLocation())))).collect(Collectors.toSet());
        List<ValidationMessage> kept = new ArrayList<>();
        // An option that is wrong deep inside makes every alternative above it wrong as well: the deepest one is meant.
        all.stream()
                .sorted(Comparator.comparing(SchemaRule::depth).reversed().thenComparing(SchemaRule::vagueness))
                .filter(message -> kept.stream().noneMatch(deeper -> explains(deeper, message)))
                .forEach(kept::add);
        kept.forEach(message -> findings.accept(finding(document, message, alternatives(all, message))));
    }

    /** Camel converts scalars of another type, reads words of a list in any case, and placeholders in the place of either. */
    private static boolean isConverted(Yaml document, ValidationMessage message) {
        Yaml at = find(document, message.getInstanceLocation());
        if (at == null || at.text() == null || at.type().equals("null")) {
            return false;
        }
        return switch (message.getType()) {
            case "type" -> SCALARS.matcher(message.getMessage()).find();
            case "enum" -> at.text().contains("{{") || WORDS.matcher(message.getMessage()).results()
                    .anyMatch(word -> word.group(1).equalsIgnoreCase(at.text()));
            default -> false;
        };
    }

    /** What is wrong in the alternatives is told for each of them; some options Camel leaves out of its schema. */
    private static boolean isTakenAllTheSame(ValidationMessage message) {
        return switch (message.getType()) {
            case "oneOf", "anyOf", "not" -> true;
            case "additionalProperties" -> TAKEN_BESIDES.contains(message.getProperty());
            default -> false;
        };
    }

    private static int depth(ValidationMessage message) {
        return message.getInstanceLocation().getNameCount();
    }

    private static int vagueness(ValidationMessage message) {
        int rank = List.of("additionalProperties", "enum", "required", "type").indexOf(message.getType());
        return rank < 0 ? Integer.MAX_VALUE : rank;
    }

    private static boolean explains(ValidationMessage deeper, ValidationMessage message) {
        boolean below = deeper.getInstanceLocation().startsWith(message.getInstanceLocation());
        boolean twoUnknownOptions = depth(deeper) == depth(message) && vagueness(deeper) == 0 && vagueness(message) == 0;
        return below && !(twoUnknownOptions && !deeper.getProperty().equals(message.getProperty()));
    }

    /** Of several options that are missing in one place, any would do. */
    private static String alternatives(Set<ValidationMessage> all, ValidationMessage message) {
        return all.stream().filter(other -> other.getType().equals("required"))
                .filter(other -> other.getInstanceLocation().equals(message.getInstanceLocation()))
                .map(ValidationMessage::getProperty).distinct().sorted().collect(Collectors.joining(", "));
    }

    private static Finding finding(Yaml document, ValidationMessage message, String alternatives) {
        Yaml at = find(document, message.getInstanceLocation());
        String name = at.key() == null ? "this" : "\"" + at.key() + "\"";
        return switch (message.getType()) {
            case "additionalProperties" -> field(at, message.getProperty()).finding(RuleId.UNKNOWN_OPTION,
                    "\"%s\" is no option here: correct its spelling or its indentation, or remove it"
                            .formatted(message.getProperty()));
            case "required" -> at.finding(alternatives.equals(DONE_WITHOUT.get(String.valueOf(at.key()))) ? RuleId.MISSING_OPTION
                    : RuleId.UNKNOWN_OPTION, alternatives.contains(",")
                    ? "None of what %s may hold is there: correct a spelling, or add one of %s".formatted(name, alternatives)
                    : "\"%s\" is missing in %s: add it".formatted(alternatives, name));
            case "type" -> at.finding(RuleId.UNKNOWN_OPTION, at.type().equals("null")
                    ? "%s is empty: fill it in, or indent what belongs to it".formatted(name)
                    : "%s has the wrong type (%s): quote a text, unquote a number or a boolean".formatted(name, detail(message)));
            case "enum" -> at.finding(RuleId.UNKNOWN_OPTION, "%s %s: choose one of them".formatted(name, detail(message)));
            case "maxProperties" -> at.finding(RuleId.UNKNOWN_OPTION, "Two steps in one list entry: give each its own dash");
            default -> at.finding(RuleId.UNKNOWN_OPTION, "%s is not what the YAML DSL allows (%s): see its schema".formatted(name, detail(message)));
        };
    }

    private static String detail(ValidationMessage message) {
        String text = message.getMessage();
        return text.substring(text.indexOf(": ") + 2);
    }

    private static Yaml find(Yaml document, JsonNodePath path) {
        Yaml found = document;
        for (int i = 0; i < path.getNameCount(); i++) {
            Object name = path.getElement(i);
            found = name instanceof Integer index ? found.items().get(index) : field(found, name.toString());
        }
        return found;
    }

    /** By its name as the schema writes it. */
    private static Yaml field(Yaml mapping, String name) {
        return mapping.fields().entrySet().stream().filter(field -> schemaName(field.getKey()).equals(name)).findFirst()
                .map(Map.Entry::getValue).orElseThrow();
    }

    /** Camel takes {@code log-name} as {@code logName}. */
    private static String schemaName(String name) {
        return name.startsWith("x-") ? name : StringHelper.dashToCamelCase(name);
    }

    private static JsonNode json(Yaml yaml) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        return switch (yaml.type()) {
            case "map" -> {
                ObjectNode object = make.objectNode();
                yaml.fields().forEach((name, value) -> object.set(schemaName(name), json(value)));
                yield object;
            }
            case "seq" -> {
                ArrayNode array = make.arrayNode();
                yaml.items().forEach(item -> array.add(json(item)));
                yield array;
            }
            case "int" -> make.numberNode(1L);
            case "float" -> make.numberNode(1.5);
            case "bool" -> make.booleanNode(true);
            case "null" -> make.nullNode();
            default -> make.textNode(yaml.text());
        };
    }
}
