package dev.tollgate.logging;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A bounded set of secrets that finds them in a text in one pass: a table from the hash of their first four characters to
 * the few secrets that begin so, replaced as a whole on every change and read without a lock.
 */
final class KnownSecrets {

    static final int MIN_LENGTH = 8;
    private static final int BUCKETS = 4096;
    private static final int PREFIX = 4;

    private final int limit;
    private final Set<String> newestLast = new LinkedHashSet<>();
    private volatile String[][] table = new String[BUCKETS][];

    KnownSecrets(int limit) {
        this.limit = limit;
    }

    synchronized void add(String secret) {
        if (secret == null || secret.length() < MIN_LENGTH) {
            return;
        }
        boolean known = newestLast.remove(secret);
        newestLast.add(secret);
        if (!known) {
            if (newestLast.size() > limit) {
                Iterator<String> oldest = newestLast.iterator();
                oldest.next();
                oldest.remove();
            }
            table = build();
        }
    }

    private String[][] build() {
        List<List<String>> lists = new ArrayList<>();
        for (int i = 0; i < BUCKETS; i++) {
            lists.add(null);
        }
        for (String secret : newestLast) {
            for (String form : Set.copyOf(List.of(secret, URLEncoder.encode(secret, StandardCharsets.UTF_8)))) {
                int bucket = bucket(form, 0);
                if (lists.get(bucket) == null) {
                    lists.set(bucket, new ArrayList<>());
                }
                lists.get(bucket).add(form);
            }
        }
        return lists.stream().map(KnownSecrets::longestFirst).toArray(String[][]::new);
    }

    private static String[] longestFirst(List<String> secrets) {
        return secrets == null ? null : secrets.stream().sorted(Comparator.comparingInt(String::length).reversed()).toArray(String[]::new);
    }

    String cut(String text) {
        String[][] now = table;
        StringBuilder out = null;
        int copied = 0;
        for (int at = 0; at + MIN_LENGTH <= text.length(); at++) {
            String found = find(now[bucket(text, at)], text, at);
            if (found != null) {
                out = out == null ? new StringBuilder(text.length()) : out;
                out.append(text, copied, at).append(Redactor.CUT);
                copied = at + found.length();
                at = copied - 1;
            }
        }
        return out == null ? text : out.append(text, copied, text.length()).toString();
    }

    private static String find(String[] candidates, String text, int at) {
        return candidates == null ? null
                : Arrays.stream(candidates).filter(secret -> text.startsWith(secret, at)).findFirst().orElse(null);
    }

    private static int bucket(String text, int at) {
        int hash = 0;
        for (int i = 0; i < PREFIX; i++) {
            hash = hash * 31 + text.charAt(at + i);
        }
        return (hash ^ hash >>> 12) & BUCKETS - 1;
    }
}
