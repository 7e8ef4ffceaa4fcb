package dev.tollgate.logging;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Names that a line of the log was written about already, so that it is written once for each. */
public final class ToldNames {

    private static final int MOST = 1_000;
    private static final int LONGEST = 256;

    /** Bound: {@link #MOST} names of at most {@link #LONGEST} characters. */
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** Whether nothing was told about a name before; false as well once too many names were. */
    public boolean isNew(String name) {
        return name.length() <= LONGEST && told.size() < MOST && told.add(name.toLowerCase(Locale.ROOT));
    }
}
