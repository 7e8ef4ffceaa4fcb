package dev.tollgate.door;

import java.util.List;
import java.util.Map;

import org.apache.camel.spi.Resource;

import dev.tollgate.check.Finding;
import dev.tollgate.check.RouteDocument;
import dev.tollgate.check.RouteFile;

/**
 * All route files as they were at one moment, so that what is checked is what is loaded.
 *
 * @param location where a route's own files (prompts, schemas) stand, as a prefix of Camel's {@code resource:}
 * @param scheme {@code file:} or {@code classpath:}
 * @param files in the order of their names
 * @param problems files that cannot be read
 * @param ignored what looks like routes and is not loaded, with what to do
 * @param data checksums of what routes read, prompts and schemas
 */
record RouteSet(String location, String scheme, List<RouteFile> files, List<Finding> problems, List<String> ignored,
        Map<String, String> data) {

    List<Resource> resources() {
        return RouteDocument.of(files).stream().<Resource>map(document -> new RouteLoader.Document(scheme, document)).toList();
    }

    /** Whether not a letter differs, of the routes and of what they read. */
    boolean isSameAs(RouteSet other) {
        return other != null && problems.isEmpty() && files.equals(other.files) && data.equals(other.data) && ignored.equals(other.ignored);
    }
}
