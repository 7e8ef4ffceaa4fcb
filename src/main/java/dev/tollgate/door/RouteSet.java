package dev.tollgate.door;

import java.util.List;

import dev.tollgate.check.RouteFile;

import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;

/**
 * All route files as they were at one moment, so that what is checked is what is loaded.
 *
 * @param location where a route's own files (prompts, schemas) stand, as a prefix of Camel's {@code resource:}
 * @param scheme {@code file:} or {@code classpath:}
 * @param files in the order of their names
 */
record RouteSet(String location, String scheme, List<RouteFile> files) {

    List<Resource> resources() {
        return files.stream().map(file -> ResourceHelper.fromString(scheme + file.name(), file.text())).toList();
    }
}
