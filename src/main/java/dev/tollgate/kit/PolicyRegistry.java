package dev.tollgate.kit;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What the kit keeps by name, as the newest revision of the routes wants it. Safe for use by many threads.
 *
 * @param <S> what a route file says of it
 * @param <V> what is kept
 */
final class PolicyRegistry<S, V> {

    private record Entry<S, V>(long revision, S settings, V value) {

        boolean serves(long wantedBy, S wanted) {
            return revision >= wantedBy || settings.equals(wanted);
        }
    }

    /** Bound: names that stand in route files. */
    private final Map<String, Entry<S, V>> entries = new ConcurrentHashMap<>();
    private volatile Consumer<String> listener = name -> { };

    /**
     * What is kept under the name. Settings of a newer revision replace older ones when the first call that follows them
     * comes; calls that began under older routes go by the newer ones from then on.
     *
     * @param next makes what follows the one that is given, which is null at first
     */
    V get(String name, long revision, S settings, UnaryOperator<V> next) {
        Entry<S, V> known = entries.get(name);
        if (known == null || !known.serves(revision, settings)) {
            boolean[] isNew = new boolean[1];
            known = entries.compute(name, (same, before) -> {
                isNew[0] = before == null;
                return before != null && before.serves(revision, settings) ? before
                        : new Entry<>(revision, settings, next.apply(before == null ? null : before.value()));
            });
            if (isNew[0]) {
                listener.accept(name);
            }
        }
        return known.value();
    }

    /** Tells a listener of every name once, those that are known already among them; a name may be told twice while both begin. */
    void onName(Consumer<String> told) {
        listener = told;
        entries.keySet().forEach(told);
    }

    /** @throws java.util.NoSuchElementException for a name that nobody has given */
    V find(String name) {
        return known(name).orElseThrow();
    }

    /** What is kept under the name; empty for one that nobody has given. */
    Optional<V> known(String name) {
        return Optional.ofNullable(entries.get(name)).map(Entry::value);
    }

    Collection<V> values() {
        return entries.values().stream().map(Entry::value).toList();
    }

    /** For {@code /status}: each by its name, as {@code show} tells it. */
    Map<String, Object> snapshot(Function<V, Object> show) {
        Map<String, Object> all = new TreeMap<>();
        entries.forEach((name, entry) -> all.put(name, show.apply(entry.value())));
        return all;
    }
}
