package dev.tollgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The SQL statements of the sources: as patterns of the text that a database gets, by file and beginning. */
final class Statements {

    private static final String VERBS = "(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)";
    private static final Pattern IN_JAVA = Pattern.compile("\"(?=(?:\"\"\\s*)?" + VERBS + " )");
    private static final Pattern TAIL_IN_JAVA = Pattern.compile("\"(?= WHERE )");
    private static final Pattern IN_YAML = Pattern.compile("(?m)^( +)expression: >-\\n((?:\\1 +.*\\n?)+)");

    private Statements() {
    }

    static TreeMap<String, Pattern> ofRoutes(Path folder) {
        TreeMap<String, Pattern> found = new TreeMap<>();
        for (Path file : files(folder, ".camel.yaml")) {
            IN_YAML.matcher(read(file)).results().map(match -> flat(match.group(2))).filter(text -> text.matches(VERBS + " .*"))
                    .forEach(text -> found.put(file.getFileName() + ": " + head(text), pattern(text.replaceAll(":\\?\\w+", "?"), "\\{\\{[^}]*}}")));
        }
        return found;
    }

    static TreeMap<String, Pattern> ofJava(Path folder) {
        TreeMap<String, Pattern> found = new TreeMap<>();
        for (Path file : files(folder, ".java")) {
            String source = read(file);
            for (Pattern begin : List.of(IN_JAVA, TAIL_IN_JAVA)) {
                Matcher literal = begin.matcher(source);
                while (literal.find()) {
                    String text = flat(concatenation(source, literal.start()));
                    found.put(file.getParent().getFileName() + "/" + file.getFileName() + ": " + head(text), pattern(text, "\u0000|%(?:\\d\\$)?s|:[a-z]\\w*"));
                }
            }
        }
        return found;
    }

    /** What a chain of literals and expressions adds up to; an expression is a zero character, and a named parameter may be several. */
    private static String concatenation(String source, int at) {
        StringBuilder text = new StringBuilder();
        int here = at;
        while (true) {
            if (source.startsWith("\"\"\"", here)) {
                int end = source.indexOf("\"\"\"", here + 3);
                return text.append(source, here + 3, end).toString();
            }
            if (source.charAt(here) == '"') {
                int end = endOfLiteral(source, here);
                text.append(source.substring(here + 1, end - 1).replace("\\\"", "\""));
                here = end;
            }
            else {
                here = endOfExpression(source, here);
                text.append('\u0000');
            }
            here = afterBlanks(source, here);
            if (source.charAt(here) != '+') {
                return text.toString();
            }
            here = afterBlanks(source, here + 1);
        }
    }

    private static int endOfLiteral(String source, int at) {
        int here = at + 1;
        while (source.charAt(here) != '"') {
            here += source.charAt(here) == '\\' ? 2 : 1;
        }
        return here + 1;
    }

    private static int endOfExpression(String source, int at) {
        int depth = 0;
        int here = at;
        while (true) {
            char c = source.charAt(here);
            if (depth == 0 && "+,;)".indexOf(c) >= 0) {
                return here;
            }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            here = c == '"' ? endOfLiteral(source, here) : here + 1;
        }
    }

    private static int afterBlanks(String source, int at) {
        int here = at;
        while (Character.isWhitespace(source.charAt(here))) {
            here++;
        }
        return here;
    }

    private static Pattern pattern(String text, String holes) {
        return Pattern.compile(Stream.of(text.split(holes, -1)).map(part -> part.isEmpty() ? "" : Pattern.quote(part))
                .reduce((one, next) -> one + ".*?" + next).orElseThrow());
    }

    private static String head(String text) {
        return text.replace('\u0000', '…').substring(0, Math.min(text.length(), 90));
    }

    private static String flat(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    private static List<Path> files(Path folder, String ending) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
