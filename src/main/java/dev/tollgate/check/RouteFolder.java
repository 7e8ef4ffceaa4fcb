package dev.tollgate.check;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What lies in a folder of routes at one moment. Names that begin with a dot are passed over, links to files and folders
 * are followed, and what cannot be read is a finding for that file.
 *
 * @param files those that Camel's YAML loader takes, in the order of their names
 * @param problems files that cannot be read, and why
 * @param ignored what looks like routes and is not loaded, with what to do; at most {@link #MOST_IGNORED}
 * @param data checksums of the files whose name is mentioned in a file of routes, as prompts are
 */
public record RouteFolder(List<RouteFile> files, List<Finding> problems, List<String> ignored, Map<String, String> data) {

    /** Bytes of one file of routes; the YAML parser's own bound is the same. */
    static final long LARGEST = 3 * 1024 * 1024;

    /** Files of a folder: one of more is somebody's whole disk. */
    static final int MOST_FILES = 5_000;

    private static final int MOST_IGNORED = 50;
    private static final int DEEPEST = 16;

    private static final Set<String> OTHER_LANGUAGES = Set.of("xml", "java", "groovy", "kts", "kt", "js", "jsh");
    private static final Pattern FILE_NAME = Pattern.compile("[\\w-][\\w.-]*\\.[A-Za-z0-9]+");
    private static final Pattern PUT_ASIDE = Pattern.compile(".*\\.ya?ml([.~].*|~)|.*\\.Y[Aa]?[Mm][Ll]");

    /** A file as a look at the folder finds it: differs as soon as it is another one. */
    private record Found(String name, Path path, BasicFileAttributes attributes, IOException problem) {

        String stamp() {
            return problem != null ? name + " " + problem.getClass().getSimpleName()
                    : name + " " + attributes.size() + " " + attributes.lastModifiedTime() + " " + attributes.fileKey();
        }
    }

    /**
     * Reads every file.
     *
     * @param belongs whether a file of that name, with slashes and below the folder, is one of these routes
     */
    public static RouteFolder read(Path folder, Predicate<String> belongs) {
        List<RouteFile> files = new ArrayList<>();
        List<Finding> problems = new ArrayList<>();
        List<String> ignored = new ArrayList<>();
        List<Found> others = new ArrayList<>();
        for (Found found : look(folder)) {
            if (found.problem != null) {
                problems.add(problem(found));
            }
            else if (RouteFile.isNamedSo(found.name) && belongs.test(found.name)) {
                read(found, files, problems);
            }
            else if (!RouteFile.isNamedSo(found.name)) {
                others.add(found);
            }
        }
        Map<String, String> data = new TreeMap<>();
        Set<String> mentioned = mentioned(files);
        for (Found other : others) {
            if (mentioned.contains(other.path.getFileName().toString())) {
                checksum(other, data, problems);
            }
            else {
                Stream.ofNullable(whyIgnored(other.name)).filter(why -> ignored.size() < MOST_IGNORED)
                        .map(why -> other.path + ": " + why).forEach(ignored::add);
            }
        }
        return new RouteFolder(files, problems, ignored, data);
    }

    /**
     * What a glance at a folder tells.
     *
     * @param stamp differs from what it was as soon as a file that matters does: one of routes, or one whose name is
     *        mentioned in one of these
     * @param isEmpty whether there is no file of routes
     */
    public record Glance(String stamp, boolean isEmpty) {
    }

    /**
     * Looks without reading a file. Asked often: the disk is asked once for each file.
     *
     * @param mentioned names of the files that the routes read, as {@link #mentioned} finds them
     */
    public static Glance glance(Path folder, Predicate<String> belongs, Set<String> mentioned) {
        StringBuilder stamp = new StringBuilder();
        boolean empty = true;
        for (Found found : look(folder)) {
            boolean routes = RouteFile.isNamedSo(found.name) && belongs.test(found.name);
            if (routes || found.problem != null || !RouteFile.isNamedSo(found.name) && mentioned.contains(found.path.getFileName().toString())) {
                stamp.append(found.stamp()).append('\n');
            }
            empty &= !routes;
        }
        return new Glance(stamp.toString(), empty);
    }

    /** Whatever in the texts could be the name of a file. */
    public static Set<String> mentioned(List<RouteFile> files) {
        return files.stream().flatMap(file -> FILE_NAME.matcher(file.text()).results()).map(MatchResult::group).collect(Collectors.toSet());
    }

    private static List<Found> look(Path folder) {
        List<Found> found = new ArrayList<>();
        try {
            Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), DEEPEST, new SimpleFileVisitor<>() {

                @Override
                public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                    return isHidden(path) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                    return isHidden(path) ? FileVisitResult.CONTINUE
                            : add(path, attributes, attributes.isSymbolicLink() ? new NoSuchFileException(path.toString()) : null);
                }

                @Override
                public FileVisitResult visitFileFailed(Path path, IOException problem) {
                    return isHidden(path) ? FileVisitResult.CONTINUE : add(path, null, problem);
                }

                @Override
                public FileVisitResult postVisitDirectory(Path path, IOException problem) {
                    return problem == null ? FileVisitResult.CONTINUE : add(path, null, problem);
                }

                private FileVisitResult add(Path path, BasicFileAttributes attributes, IOException problem) {
                    boolean file = problem != null || !attributes.isDirectory();
                    if (file) {
                        found.add(new Found(folder.relativize(path).toString().replace('\\', '/'), path, attributes, problem));
                    }
                    return found.size() > MOST_FILES ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
                }

                private boolean isHidden(Path path) {
                    return !path.equals(folder) && path.getFileName().toString().startsWith(".");
                }
            });
        }
        catch (IOException e) {
            found.add(new Found("", folder, null, e));
        }
        if (found.size() > MOST_FILES) {
            return List.of(new Found("", folder, null, new IOException("it has more than %d files".formatted(MOST_FILES))));
        }
        found.sort((one, other) -> one.name.compareTo(other.name));
        return found;
    }

    private static void read(Found found, List<RouteFile> files, List<Finding> problems) {
        try {
            files.add(new RouteFile(found.path.toString(), text(found)));
        }
        catch (IOException e) {
            problems.add(problem(new Found(found.name, found.path, found.attributes, e)));
        }
    }

    private static String text(Found found) throws IOException {
        if (!found.attributes.isRegularFile()) {
            throw new IOException("it is no file that can be read to its end");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(found.path)) {
            bytes = in.readNBytes((int) LARGEST + 1);
        }
        if (bytes.length > LARGEST) {
            throw new IOException("it is larger than 3 MB");
        }
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static void checksum(Found found, Map<String, String> data, List<Finding> problems) {
        try (InputStream in = Files.newInputStream(found.path)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[8192];
            for (int n; (n = in.read(buffer)) >= 0;) {
                digest.update(buffer, 0, n);
            }
            data.put(found.name, HexFormat.of().formatHex(digest.digest()));
        }
        catch (IOException e) {
            problems.add(problem(new Found(found.name, found.path, found.attributes, e)));
        }
        catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Finding problem(Found found) {
        IOException problem = found.problem;
        String why = problem instanceof CharacterCodingException ? "it is no text in UTF-8. Save it in that encoding"
                : problem instanceof NoSuchFileException ? "it is a link to a file that is not there. Remove or mend it"
                : problem instanceof AccessDeniedException ? "this process may not read it. Give it the right to"
                : problem instanceof FileSystemLoopException ? "it is a link that leads back to a folder around it. Remove it"
                : problem.getMessage() + ". Take it out of the folder";
        return new Finding(found.path.toString(), 1, RuleId.UNREADABLE_FILE, "This cannot be read: " + why);
    }

    /** Why a file that looks like routes is not loaded, and what to do; null for one that does not. */
    private static String whyIgnored(String name) {
        if (PUT_ASIDE.matcher(name).matches()) {
            return "not loaded because of its name. Let it end in .yaml if it shall be, or move it out of the folder";
        }
        return OTHER_LANGUAGES.contains(name.substring(name.lastIndexOf('.') + 1))
                ? "not loaded: only YAML is. Write it in YAML (camel transform route does that), or move it out of the folder" : null;
    }
}
