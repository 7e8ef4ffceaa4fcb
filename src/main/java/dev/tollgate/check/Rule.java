package dev.tollgate.check;

import java.util.List;
import java.util.function.Consumer;

/** Something that must hold for a set of route files as a whole. */
interface Rule {

    void check(List<Part> parts, Consumer<Finding> findings);
}
