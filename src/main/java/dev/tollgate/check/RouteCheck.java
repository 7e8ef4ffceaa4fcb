package dev.tollgate.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Reads route files as a reviewer would who knows Camel's traps. Nothing is started and no bean is asked for, so it
 * takes moments and may run beside routes that serve.
 */
public final class RouteCheck {

    private final List<Rule> rules;

    /**
     * Everything that the project asks of its routes.
     *
     * @param keys whether a setting exists that a placeholder may name; {@code routes} is always there
     */
    public RouteCheck(Predicate<String> keys) {
        this(List.of(new IdRule(), new NameRule(), new CallRule(), new ConfigurationRule(), new TrapRule(), new HttpRule(),
                new RedeliveryRule(), new KameletFileRule(), new KameletRule(), new SameNameRule(),
                new TemplateRule(), new PlaceholderRule(keys)));
    }

    private RouteCheck(List<Rule> rules) {
        this.rules = rules;
    }

    /** What routes must keep before they may serve: all but how they are named and described. */
    public static RouteCheck beforeServing(Predicate<String> keys) {
        return new RouteCheck(List.of(new IdRule(), new CallRule(), new ConfigurationRule(), new TrapRule(), new HttpRule(),
                new RedeliveryRule(), new KameletFileRule(), new KameletRule(), new SameNameRule(),
                new TemplateRule(), new PlaceholderRule(keys)));
    }

    /** What is wrong with these files taken together, in the order of files and lines; empty if nothing is. */
    public List<Finding> check(List<RouteFile> files) {
        Set<Finding> findings = new TreeSet<>();
        List<Part> parts = new ArrayList<>();
        for (RouteFile file : files) {
            for (Yaml document : YamlReader.read(file.name(), file.text(), findings::add)) {
                if (file.isKamelet()) {
                    SchemaRule.checkKamelet(document, findings::add);
                    parts.add(new Part("kamelet", document));
                }
                else {
                    SchemaRule.check(document, findings::add);
                    Part.of(document).forEach(parts::add);
                }
            }
        }
        rules.forEach(rule -> rule.check(parts, findings::add));
        return List.copyOf(findings);
    }
}
