package dev.tollgate.door;

import java.util.Comparator;
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

    /** Kamelets first: a route that names one must find it loaded, rather than look for a file of its own. */
    List<Resource> resources() {
        return files.stream().sorted(Comparator.comparing(file -> !file.isKamelet())).map(file -> ResourceHelper.fromString(scheme + file.name(), file.text())).toList();
    }
}
