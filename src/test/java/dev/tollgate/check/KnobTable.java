package dev.tollgate.check;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The table of the settings in docs/settings.md, made from what the code declares: key, default, meaning. */
final class KnobTable {

    private static final String BEGIN = "<!-- knobs: made by KnobTableTest -->\n";
    private static final String END = "<!-- end of knobs -->";
    private static final Pattern TABLE = Pattern.compile(Pattern.quote(BEGIN) + "(.*)" + Pattern.quote(END), Pattern.DOTALL);
    private static final Pattern JAVADOC_TAG = Pattern.compile("\\{@(?:code|link|value)\\s+#?([^}]*)}");

    private final Metadata metadata = Metadata.fromClassPath();

    /** One row a knob, in the order of their names. */
    String rows() {
        return metadata.below("tollgate").filter(knob -> !knob.derived()).map(KnobTable::row).collect(Collectors.joining("\n",
                "| key | default | meaning |\n|---|---|---|\n", "\n"));
    }

    private static String row(Metadata.Property knob) {
        String value = knob.defaultValue().isEmpty() ? "" : "`" + knob.defaultValue() + "`";
        return "| `%s` | %s | %s |".formatted(knob.name(), value, meaning(knob.description()));
    }

    /** A javadoc description as Markdown: code in backticks, a capital at the start, no full stop at the end. */
    static String meaning(String javadoc) {
        String text = JAVADOC_TAG.matcher(javadoc).replaceAll(tag -> Matcher.quoteReplacement("`" + tag.group(1) + "`"))
                .replace("|", "\\|").strip().replaceAll("\\s+", " ").replaceAll("\\.$", "");
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    /** The table that stands in a document. */
    static String in(String document) {
        Matcher table = TABLE.matcher(document);
        if (!table.find()) {
            throw new IllegalStateException("No table of knobs between its two comments");
        }
        return table.group(1);
    }

    /** The document with another table. */
    static String replace(String document, String rows) {
        return TABLE.matcher(document).replaceFirst(Matcher.quoteReplacement(BEGIN + rows + END));
    }
}
