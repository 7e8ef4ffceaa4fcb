package dev.tollgate.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Reads route files as a reviewer would who knows Camel's traps. Nothing is started and no bean is asked for, so it
 * takes moments and may run beside routes that serve.
 */
public final class RouteCheck {

    /**
     * What was found.
     *
     * @param findings errors and warnings, in the order of files and lines
     * @param ignored documents that hold no routes, with what to do
     */
    public record Verdict(List<Finding> findings, List<String> ignored) {

        /** Whether the routes may serve. */
        public boolean isGood() {
            return findings.stream().noneMatch(Finding::isError);
        }

        public List<Finding> errors() {
            return findings.stream().filter(Finding::isError).toList();
        }

        public List<Finding> warnings() {
            return findings.stream().filter(finding -> !finding.isError()).toList();
        }
    }

    private final List<Rule> rules;

    /**
     * Everything that the project asks of its routes.
     *
     * @param keys whether a setting exists that a placeholder may name; {@code routes} is always there
     */
    public RouteCheck(Predicate<String> keys) {
        this(Stream.concat(common(keys), Stream.of(new NameRule())).toList());
    }

    private RouteCheck(List<Rule> rules) {
        this.rules = rules;
    }

    /** What is asked of routes that are to serve: all but how they are named and described. */
    public static RouteCheck beforeServing(Predicate<String> keys) {
        return new RouteCheck(common(keys).toList());
    }

    private static Stream<Rule> common(Predicate<String> keys) {
        Function<String, Optional<String>> nearest = key -> Metadata.fromClassPath().nearest(key);
        return Stream.of(new IdRule(), new CallRule(), new ConfigurationRule(), new TrapRule(), new HttpRule(), new RedeliveryRule(),
                new ComponentRule(), new KameletFileRule(keys), new KameletRule(), new SameNameRule(), new TemplateRule(),
                new PlaceholderRule(keys, nearest));
    }

    /** What is wrong with these files taken together; empty if nothing is. */
    public List<Finding> check(List<RouteFile> files) {
        return judge(files).findings();
    }

    /** The same, with what is no part of the routes. */
    public Verdict judge(List<RouteFile> files) {
        Set<Finding> findings = new TreeSet<>();
        List<String> ignored = new ArrayList<>();
        List<Allowed> allowed = new ArrayList<>();
        List<Part> parts = new ArrayList<>();
        SchemaRule schema = SchemaRule.read();
        for (RouteFile file : files) {
            for (Yaml document : YamlReader.read(file.name(), file.text(), findings::add, allowed::add)) {
                read(document, schema, parts, findings, ignored);
            }
        }
        rules.forEach(rule -> rule.check(parts, findings::add));
        findings.removeIf(finding -> allowed.stream().anyMatch(allow -> allow.silences(finding)));
        allowed.forEach(allow -> allow.check(findings::add));
        return new Verdict(List.copyOf(findings), List.copyOf(ignored));
    }

    private static void read(Yaml document, SchemaRule schema, List<Part> parts, Set<Finding> findings, List<String> ignored) {
        switch (RouteFile.kindOf(document)) {
            case KAMELET -> {
                schema.checkKamelet(document, findings::add);
                parts.add(new Part("kamelet", document));
            }
            case PIPE -> parts.add(new Part("pipe", document));
            case NEITHER -> ignored.add("%s:%d: %s".formatted(document.place().file(), document.line(), whyIgnored(document)));
            case ROUTES -> {
                if (document.isMapping() || document.text() != null && !document.type().equals("null")) {
                    findings.add(document.finding(RuleId.NO_ROUTES, document.isMapping()
                            ? "Routes are a list: write a dash before each of %s".formatted(String.join(", ", document.fields().keySet()))
                            : "There are no routes in this file: write them as a list that begins with \"- route:\""));
                }
                else if (document.text() == null) {
                    schema.check(document, findings::add);
                    Part.of(document).forEach(parts::add);
                }
            }
            default -> throw new IllegalStateException();
        }
    }

    private static String whyIgnored(Yaml document) {
        String kind = document.text("kind");
        return switch (kind) {
            case "KameletBinding" -> "not loaded: Camel 4 reads kind: Pipe in its place, with apiVersion: camel.apache.org/v1";
            case "Integration" -> "not loaded: write what stands below spec.flows as a list of its own";
            case "" -> "not loaded: it holds no routes. Nothing to do if a route reads it, else move it out of the folder";
            default -> "not loaded: a %s is nothing that Camel reads. Move it out of the folder".formatted(kind);
        };
    }
}
