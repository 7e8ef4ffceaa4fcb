package dev.tollgate.gateway.keys;

import java.util.Set;

/** The paths that routes serve now. */
public interface Entrances {

    /** The first part of each path, without slashes; none of a path that begins with a variable. */
    Set<String> firstParts();
}
