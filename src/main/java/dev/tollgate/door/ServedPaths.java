package dev.tollgate.door;

import java.util.List;
import java.util.Set;

import org.apache.camel.CamelContext;

/** What the door serves now, for whoever describes it. */
public interface ServedPaths {

    /**
     * One entrance.
     *
     * @param path with variables in braces; one that also serves all paths below it ends with {@code /**}
     * @param methods in capitals; empty: all
     * @param description of its route; null where it has none, and for verbs of the Rest DSL
     */
    record Served(String path, Set<String> methods, String description) {
    }

    /** Every entrance of the routes that serve. */
    List<Served> entrances();

    /** The routes themselves, as Camel runs them; their name changes with every reload. */
    CamelContext routes();
}
