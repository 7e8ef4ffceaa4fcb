package dev.tollgate.door;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.tollgate.check.Finding;
import dev.tollgate.check.RouteFile;

/** Turns what Camel says about routes that it cannot load into a finding that names file and line where they are known. */
final class LoadFailure {

    private static final Pattern LINE = Pattern.compile("line[ :](\\d+)");
    private static final Pattern ROUTE = Pattern.compile("[Rr]oute(?:\\(|: )([\\w-]+)");

    private LoadFailure() {
    }

    static Finding read(Exception failure, RouteSet routes) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String text = failure.getMessage() + (root == failure ? "" : "; because: " + root.getMessage());
        Matcher route = ROUTE.matcher(text);
        if (route.find()) {
            for (RouteFile file : routes.files()) {
                int line = lineOf("id: " + route.group(1), file.text());
                if (line > 0) {
                    return new Finding(file.name(), line, text);
                }
            }
        }
        Matcher line = LINE.matcher(text);
        return new Finding(routes.location(), line.find() ? Integer.parseInt(line.group(1)) : 1, text);
    }

    private static int lineOf(String what, String text) {
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (line.strip().equals(what)) {
                return number;
            }
        }
        return 0;
    }
}
