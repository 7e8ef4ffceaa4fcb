package dev.tollgate.spapi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriUtils;

/**
 * Amazon's operations, and which of them a request is. They stand in {@code routes/sp-api/operations.csv}; the copy in the
 * jar serves where the folder has none.
 */
final class Operations {

    static final String FILE = "sp-api/operations.csv";

    private static final String COLUMNS = "operation,method,path,rate,burst,scope";
    private static final String ANY = "{}";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{1,100}");
    private static final Pattern METHOD = Pattern.compile("[A-Z]{3,10}");
    private static final Pattern PATH = Pattern.compile("(/([A-Za-z0-9-]+|\\{}))+");

    /** How Amazon writes what is the same in all paths of an operation; anything else is a seller's, an order's, an item's. */
    private static final Pattern FIXED = Pattern.compile("[a-z][A-Za-z]*|v[0-9]+|[0-9]{4}-[0-9]{2}-[0-9]{2}");

    /** Characters of the shape of a path that is not in the table; the longest of Amazon's has 90. */
    private static final int LONGEST = 200;

    /**
     * One of them.
     *
     * @param name  Amazon's, or one's own for a request that is none of the table: its method and the shape of its path
     * @param path  parts, {@code {}} for any
     * @param rate  as published; null where it is not
     * @param scope of a grantless operation; empty for one that needs a seller's consent
     */
    record Operation(String name, String method, List<String> path, @Nullable OperationRate rate, String scope) {

        private boolean is(List<String> parts) {
            for (int at = 0; at < parts.size(); at++) {
                if (!path.get(at).equals(ANY) && !path.get(at).equals(parts.get(at))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Bound: the lines of the file, which an operator writes. */
    private final Map<String, Operation> byName = new LinkedHashMap<>();
    private final Map<String, List<Operation>> byLength;

    private Operations(String text, String file) {
        int number = 0;
        boolean head = true;
        for (String line : text.split("\r?\n")) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (head) {
                require(line.strip().equals(COLUMNS), file, number, "the first line that is no remark must be " + COLUMNS);
                head = false;
                continue;
            }
            Operation one = operation(line.strip().split(",", -1), file, number);
            require(byName.put(one.name(), one) == null, file, number, "operation " + one.name() + " stands there twice");
        }
        require(!byName.isEmpty(), file, number, "there is no operation in it");
        byLength = byName.values().stream().collect(Collectors.groupingBy(one -> key(one.method(), one.path())));
    }

    /**
     * The table of a folder of routes, or where it has none the one in the jar.
     *
     * @throws IllegalArgumentException naming file, line and what is wrong there
     */
    static Operations read(Path routes) {
        Path file = routes.resolve(FILE);
        try {
            return Files.exists(file) ? new Operations(Files.readString(file), file.toString()) : packaged();
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    static Operations packaged() {
        try (InputStream in = Operations.class.getResourceAsStream("/routes/" + FILE)) {
            return new Operations(new String(in.readAllBytes(), StandardCharsets.UTF_8), FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(FILE + " is missing in the jar", e);
        }
    }

    static Operations parse(String text) {
        return new Operations(text, FILE);
    }

    private static Operation operation(String[] cells, String file, int line) {
        require(cells.length == 6, file, line, "it has " + cells.length + " cells and needs 6: " + COLUMNS);
        require(NAME.matcher(cells[0]).matches(), file, line, "operation must be a name of letters, digits and hyphens");
        require(METHOD.matcher(cells[1]).matches(), file, line, "method must be GET, POST or the like");
        require(PATH.matcher(cells[2]).matches(), file, line, "path must be parts behind slashes, {} for any");
        require(cells[3].isEmpty() == cells[4].isEmpty(), file, line, "rate and burst go together");
        try {
            OperationRate rate = cells[3].isEmpty() ? null
                    : OperationRate.perSecond(new BigDecimal(cells[3]), Integer.parseInt(cells[4]));
            return new Operation(cells[0], cells[1], parts(cells[2]), rate, cells[5]);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ", line " + line + ": rate must be calls a second from 0.0001 to 10000, burst at least 1", e);
        }
    }

    private static void require(boolean holds, String file, int line, String what) {
        if (!holds) {
            throw new IllegalArgumentException(file + ", line " + line + ": " + what);
        }
    }

    /** Every one of the table, in its order. */
    Collection<Operation> all() {
        return byName.values();
    }

    Optional<Operation> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /**
     * The operation of a request. One that is not in the table is a shape of its own: its method, and its path with what looks
     * like an id left out.
     *
     * @param path below the base URL, with its leading slash and as it was sent
     */
    Operation of(String method, String path) {
        List<String> parts = parts(path).stream().map(Operations::decoded).toList();
        return byLength.getOrDefault(key(method, parts), List.of()).stream().filter(one -> one.is(parts)).findFirst()
                .orElseGet(() -> unknown(method, parts));
    }

    private static Operation unknown(String method, List<String> parts) {
        String shape = method + " " + parts.stream().map(part -> "/" + (FIXED.matcher(part).matches() ? part : ANY)).collect(Collectors.joining());
        // It is remembered for each seller, so no caller chooses how long it is; and none is taken for another.
        String name = shape.length() <= LONGEST ? shape
                : shape.substring(0, LONGEST - 40) + " " + UUID.nameUUIDFromBytes(shape.getBytes(StandardCharsets.UTF_8));
        return new Operation(name, method, parts, null, "");
    }

    private static String key(String method, List<String> parts) {
        return method + " " + parts.size();
    }

    /** Without the empty ones at the end: a slash there changes nothing. */
    private static List<String> parts(String path) {
        return Arrays.stream(path.split("/")).skip(1).toList();
    }

    private static String decoded(String part) {
        return part.indexOf('%') < 0 ? part : UriUtils.decode(part, StandardCharsets.UTF_8);
    }
}
