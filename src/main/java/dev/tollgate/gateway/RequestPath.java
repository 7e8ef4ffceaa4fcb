package dev.tollgate.gateway;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.server.PathContainer;

/**
 * Which path a request has. A path can be written in many ways ({@code /%61dmin}, {@code /admin;a=1}); everybody who decides
 * by it, from the first filter to the route, asks here and nobody reads the request's own text, so that no spelling is one
 * path to a guard and another to what it guards.
 *
 * <p>A path that has no single meaning is refused, before anybody asks who calls and before a body is read: see
 * {@link #refusal()}.
 */
public final class RequestPath {

    /** What {@link #value()} is for a path that is refused: it is nobody's. */
    private static final String NOBODYS = "/..";

    private static final String ATTRIBUTE = RequestPath.class.getName();

    /**
     * Below these an encoded slash or backslash is a letter of a name, a seller's SKU for example, which goes on as the caller
     * wrote it.
     */
    private static final Set<List<String>> NAMES_WITH_SLASHES = Set.of(List.of("sp-api"), List.of("sandbox", "sp-api"));

    private final String uri;
    private final String raw;
    private final String refusal;
    private final PathContainer parsed;
    private final String value;

    private RequestPath(String uri, String raw) {
        boolean plain = isPlain(raw);
        this.uri = uri;
        this.raw = raw;
        this.refusal = plain ? null : refusalOf(raw);
        this.parsed = PathContainer.parsePath(refusal == null ? raw : NOBODYS);
        this.value = plain ? raw : String.join("", parsed.elements().stream().map(RequestPath::text).toList());
    }

    /** Whether nothing in a path could mean anything but itself, as in nearly every one. */
    private static boolean isPlain(String raw) {
        char last = 0;
        for (int at = 0; at < raw.length(); at++) {
            char c = raw.charAt(at);
            boolean plain = c == '/' || c == '-' || c == '_' || c == ':' || c == '.' && last != '/'
                    || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!plain) {
                return false;
            }
            last = c;
        }
        return !raw.isEmpty() && raw.charAt(0) == '/';
    }

    /** The path of a request, behind the context path; worked out once and kept with the request. */
    public static RequestPath of(HttpServletRequest request) {
        String uri = request.getRequestURI() == null ? "" : request.getRequestURI();
        // A forward, to the page behind / for example, has a path of its own.
        if (request.getAttribute(ATTRIBUTE) instanceof RequestPath known && known.uri.equals(uri)) {
            return known;
        }
        String context = request.getContextPath() == null ? "" : request.getContextPath();
        String raw = uri.startsWith(context) ? uri.substring(context.length()) : uri;
        RequestPath path = new RequestPath(uri, raw);
        request.setAttribute(ATTRIBUTE, path);
        return path;
    }

    private static String refusalOf(String raw) {
        if (!raw.isEmpty() && raw.charAt(0) != '/') {
            return "The path must begin with a slash.";
        }
        String text = decoded(raw);
        if (text == null) {
            return "The path must be percent-encoded UTF-8.";
        }
        if (raw.indexOf('\\') >= 0 || text.chars().anyMatch(RequestPath::endsLines)) {
            return "The path must not contain backslashes or control characters.";
        }
        List<String> segments = PathContainer.parsePath(raw).elements().stream()
                .filter(PathContainer.PathSegment.class::isInstance).map(RequestPath::text).toList();
        if (segments.stream().flatMap(segment -> Arrays.stream(segment.split("[/\\\\]", -1))).anyMatch(Set.of(".", "..")::contains)) {
            return "The path must not contain . or .. as a part.";
        }
        if (segments.contains("")) {
            return "The path must not contain parameters without a name before them.";
        }
        long plain = NAMES_WITH_SLASHES.stream().filter(root -> segments.size() > root.size()
                && segments.subList(0, root.size()).equals(root)).mapToInt(List::size).findFirst().orElse(segments.size());
        if (segments.stream().limit(plain).anyMatch(segment -> segment.indexOf('/') >= 0 || segment.indexOf('\\') >= 0)) {
            return "The path must not contain an encoded slash or backslash.";
        }
        return null;
    }

    private static boolean endsLines(int character) {
        return Character.isISOControl(character) || character == '\u2028' || character == '\u2029';
    }

    /** Null for what is not percent-encoded UTF-8 in its one and shortest form. */
    private static String decoded(String raw) {
        ByteBuffer bytes = ByteBuffer.allocate(raw.length());
        try {
            for (int at = 0; at < raw.length(); at++) {
                char c = raw.charAt(at);
                if (c <= ' ' || c >= 127) {
                    return null;
                }
                if (c == '%') {
                    c = (char) HexFormat.fromHexDigits(raw, at + 1, at + 3);
                    at += 2;
                }
                bytes.put((byte) c);
            }
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        }
        catch (IndexOutOfBoundsException | IllegalArgumentException | CharacterCodingException malformed) {
            return null;
        }
    }

    private static String text(PathContainer.Element element) {
        return element instanceof PathContainer.PathSegment segment ? segment.valueToMatch() : element.value();
    }

    /** Why a path is answered with 400, in words for the caller; empty for one that has a single meaning. */
    public Optional<String> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** The path decoded once, without parameters, as routes match it; never one that is served where it was refused. */
    public String value() {
        return value;
    }

    /** The same for {@code PathPattern}s. */
    public PathContainer parsed() {
        return parsed;
    }

    /** As the caller wrote it. For an upstream that gets what stands behind the gateway's own part; decides nothing here. */
    public String raw() {
        return raw;
    }

    /** @param root with a slash in front and none behind */
    public boolean isOrIsBelow(String root) {
        return value.equals(root) || value.startsWith(root + "/");
    }
}
