package dev.tollgate.gateway.keys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import dev.tollgate.gateway.RequestPath;

/** What everybody may read without a key: the dashboard's files, health, and where a seller's consent comes back to. */
final class PublicPaths {

    private static final String STATIC = "/static/";

    /** Published libraries that the pages use, as they come from their WebJars. */
    private static final String LIBRARIES = "/webjars/";

    private static final Set<String> FILES = staticFiles();

    private PublicPaths() {
    }

    static boolean areFor(HttpServletRequest request) {
        String path = path(request);
        return isPage(request, path) || path.equals("/auth/o2/token"); // there the key stands in the body
    }

    /** Health: open to everybody, and to the holder of the admin key with its details. */
    static boolean isHealth(HttpServletRequest request) {
        String path = path(request);
        return path.equals("/actuator/health") || path.startsWith("/actuator/health/");
    }

    /** What a browser may open by a link from another site. */
    static boolean isPage(HttpServletRequest request) {
        return isPage(request, path(request));
    }

    private static boolean isPage(HttpServletRequest request, String path) {
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        return reads && (path.equals("/") || path.equals("/docs") || path.equals("/callback") || path.equals("/actuator/health")
                || path.startsWith("/actuator/health/") || path.startsWith(LIBRARIES) || FILES.contains(path));
    }

    private static String path(HttpServletRequest request) {
        return RequestPath.of(request).value();
    }

    private static Set<String> staticFiles() {
        try {
            Set<String> files = new TreeSet<>();
            for (Resource file : new PathMatchingResourcePatternResolver().getResources("classpath*:static/**")) {
                String address = file.getURL().toString();
                if (file.isReadable() && !address.endsWith("/")) {
                    files.add(address.substring(address.lastIndexOf(STATIC) + STATIC.length() - 1));
                }
            }
            return files;
        }
        catch (IOException e) {
            throw new UncheckedIOException("The static files cannot be listed", e);
        }
    }
}
