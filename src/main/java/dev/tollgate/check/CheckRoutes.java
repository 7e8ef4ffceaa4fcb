package dev.tollgate.check;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The check from a command line: {@code java -cp … dev.tollgate.check.CheckRoutes routes}. Prints a line for each
 * finding and ends with 1 if one of them is an error. The settings are those of the application.yaml beside the folder.
 */
public final class CheckRoutes {

    private CheckRoutes() {
    }

    public static void main(String[] arguments) {
        Path folder = Path.of(arguments.length > 0 ? arguments[0] : "routes");
        RouteFolder read = RouteFolder.read(folder, name -> true);
        RouteCheck.Verdict verdict = new RouteCheck(new KnownSettings(folder.resolveSibling("application.yaml"))).judge(read.files());
        List<Finding> findings = Stream.concat(read.problems().stream(), verdict.findings().stream()).toList();
        findings.forEach(System.out::println);
        Stream.concat(read.ignored().stream(), verdict.ignored().stream()).forEach(System.out::println);
        long errors = findings.stream().filter(Finding::isError).count();
        System.out.printf("routes checked: %d files, %d errors, %d warnings%n", read.files().size(), errors, findings.size() - errors);
        if (errors > 0) {
            System.exit(1);
        }
    }
}
