package dev.tollgate.check;

import java.util.List;
import java.util.function.Consumer;

/**
 * An {@code x-tollgate-allow}: silences the warnings that it names, in the lines of the mapping that it stands in.
 *
 * @param rules labels of rules
 * @param at where it stands
 */
record Allowed(int first, int last, List<Yaml> rules, Yaml at) {

    static Allowed of(Yaml allow, Yaml around) {
        int last = around.all().mapToInt(piece -> piece.text() == null ? piece.line() : piece.place().lastLine()).max().orElse(around.line());
        return new Allowed(around.line(), Math.max(last, allow.line()), allow.items().isEmpty() ? List.of(allow) : allow.items(), allow);
    }

    boolean silences(Finding finding) {
        return !finding.isError() && finding.file().equals(at.place().file()) && finding.line() >= first && finding.line() <= last
                && rules.stream().anyMatch(rule -> finding.rule().label().equals(rule.text()));
    }

    /** Says of each name whether it is one that can be silenced. */
    void check(Consumer<Finding> findings) {
        for (Yaml rule : rules) {
            RuleId known = rule.text() == null ? null : RuleId.of(rule.text()).orElse(null);
            if (known == null) {
                findings.accept(rule.finding(RuleId.UNKNOWN_RULE, ("There is no rule %s: write the name that stands behind the warning")
                        .formatted(rule.text())));
            } else if (known.severity() == Severity.ERROR) {
                findings.accept(rule.finding(RuleId.UNKNOWN_RULE, "%s is an error, which nothing silences: correct what it names"
                        .formatted(rule.text())));
            }
        }
    }
}
