package dev.tollgate.check;

import java.nio.file.Path;
import java.util.List;

/**
 * The check from a command line: {@code java -cp … dev.tollgate.check.CheckRoutes routes}. Prints a line for each
 * finding and ends with 1 if there is any. The settings are those of the application.yaml beside the folder.
 */
public final class CheckRoutes {

    private CheckRoutes() {
    }

    public static void main(String[] arguments) {
        Path folder = Path.of(arguments.length > 0 ? arguments[0] : "routes");
        List<RouteFile> files = RouteFile.below(folder);
        List<Finding> findings = new RouteCheck(new KnownSettings(folder.resolveSibling("application.yaml"))).check(files);
        findings.forEach(System.out::println);
        System.out.printf("routes checked: %d files, %d findings%n", files.size(), findings.size());
        if (!findings.isEmpty()) {
            System.exit(1);
        }
    }
}
