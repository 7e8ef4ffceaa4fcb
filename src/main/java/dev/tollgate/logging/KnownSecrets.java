package dev.tollgate.logging;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Secrets, and where they stand in a text: alone, in Base64 at any of its three offsets, or behind the escapes of
 * {@link UnescapedText}. A text is read once, whatever the number of secrets: a table leads from the last eight characters
 * to the few forms that end so, since those of one issuer begin alike and end at random. Readers take no lock.
 *
 * <p>What was added without an end stays for ever. The rest is bounded in number and in characters; what ends first goes first.
 */
final class KnownSecrets {

    static final int MIN_LENGTH = 8;

    private static final int BUCKETS = 1 << 16;
    private static final int FACTOR = 31;
    private static final int OLDEST = power(MIN_LENGTH - 1);
    private static final String[] NONE = {};

    /** @param end null: never */
    private record Entry(String secret, Instant end, List<String> forms) {
    }

    private final int most;
    private final long mostCharacters;
    /** Bound: those of environment and database; of others the most, with so many characters together. */
    private final Map<String, Entry> entries = new HashMap<>();
    /** Bound: as the entries. */
    private final NavigableSet<Entry> passing = new TreeSet<>(Comparator.comparing(Entry::end).thenComparing(Entry::secret));
    /** Bound: the forms of the entries, of which each has a few. */
    private final Map<String, Integer> uses = new HashMap<>();
    private long passingCharacters;

    private final AtomicReferenceArray<String[]> byEnd = new AtomicReferenceArray<>(BUCKETS);
    /** Bound: as the uses. */
    private final NavigableSet<String> forms = new ConcurrentSkipListSet<>();
    /** Which two characters some form begins with, by their lower bytes: most of a text is told by them to begin none. */
    private final BitSet beginnings = new BitSet(BUCKETS);
    private volatile int longest;

    /**
     * @param most           number of secrets that end
     * @param mostCharacters of all of them together
     */
    KnownSecrets(int most, long mostCharacters) {
        this.most = most;
        this.mostCharacters = mostCharacters;
    }

    /**
     * Adds a secret, or lets a known one live longer.
     *
     * @param secret null, or shorter than {@value #MIN_LENGTH} characters, is ignored
     * @param end    when it is of no use any more; null: never
     */
    synchronized void add(String secret, Instant end) {
        if (secret == null || secret.length() < MIN_LENGTH) {
            return;
        }
        Entry known = entries.get(secret);
        if (known != null && (known.end() == null || end != null && !end.isAfter(known.end()))) {
            return;
        }
        if (known == null) {
            known = new Entry(secret, end, formsOf(secret));
            known.forms().forEach(this::addForm);
        } else {
            leavePassing(known);
        }
        Entry now = new Entry(secret, end, known.forms());
        entries.put(secret, now);
        if (end != null) {
            passing.add(now);
            passingCharacters += secret.length();
            forgetFirstToEnd();
        }
    }

    private void forgetFirstToEnd() {
        while (passing.size() > most || passingCharacters > mostCharacters) {
            Entry first = passing.first();
            leavePassing(first);
            entries.remove(first.secret());
            first.forms().forEach(this::removeForm);
        }
    }

    private void leavePassing(Entry entry) {
        passing.remove(entry);
        passingCharacters -= entry.secret().length();
    }

    private void addForm(String form) {
        if (uses.merge(form, 1, Integer::sum) > 1) {
            return;
        }
        int bucket = bucket(hashOfEnd(form));
        String[] old = byEnd.get(bucket);
        String[] more = old == null ? new String[1] : Arrays.copyOf(old, old.length + 1);
        more[more.length - 1] = form;
        Arrays.sort(more, Comparator.comparingInt(String::length).reversed());
        byEnd.set(bucket, more);
        beginnings.set(pair(form, 0));
        forms.add(form);
        longest = Math.max(longest, form.length()); // written last: it publishes the rest
    }

    private void removeForm(String form) {
        if (uses.merge(form, -1, Integer::sum) > 0) {
            return;
        }
        uses.remove(form);
        int bucket = bucket(hashOfEnd(form));
        byEnd.set(bucket, Arrays.stream(byEnd.get(bucket)).filter(one -> !one.equals(form)).toArray(String[]::new));
        forms.remove(form);
    }

    private static List<String> formsOf(String secret) {
        Set<String> all = new LinkedHashSet<>(List.of(secret, secret.replace(' ', '+')));
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        all.add(new String(bytes, StandardCharsets.ISO_8859_1)); // as bytes are read here
        for (int offset = 0; offset < 3; offset++) {
            byte[] shifted = new byte[offset + bytes.length];
            System.arraycopy(bytes, 0, shifted, offset, bytes.length);
            // Only the characters that hold nothing but bits of the secret: what stands around it changes the others.
            int from = (offset * 8 + 5) / 6;
            int to = shifted.length * 8 / 6;
            all.add(Base64.getEncoder().encodeToString(shifted).substring(from, to));
            all.add(Base64.getUrlEncoder().encodeToString(shifted).substring(from, to));
        }
        all.removeIf(form -> form.length() < MIN_LENGTH);
        return List.copyOf(all);
    }

    /** Adds to {@code found} where secrets stand, escaped or not. */
    void find(String text, Spans found) {
        scan(text, null, found);
        UnescapedText view = UnescapedText.of(text);
        while (view != null) {
            scan(view.text(), view, found);
            view = view.again();
        }
    }

    private void scan(String text, UnescapedText view, Spans found) {
        int hash = 0;
        for (int at = 0; at < text.length(); at++) {
            int leaving = at < MIN_LENGTH ? 0 : text.charAt(at - MIN_LENGTH) * OLDEST;
            hash = (hash - leaving) * FACTOR + text.charAt(at);
            String[] candidates = at < MIN_LENGTH - 1 ? null : byEnd.get(bucket(hash));
            for (String form : candidates == null ? NONE : candidates) {
                int start = at + 1 - form.length();
                if (start >= 0 && isAt(text, start, form)) {
                    found.add(view == null ? start : view.begin(start), view == null ? at + 1 : view.end(at));
                    break;
                }
            }
        }
    }

    private static boolean isAt(String text, int start, String form) {
        for (int i = form.length() - 1; i >= 0; i--) {
            if (text.charAt(start + i) != form.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** From where on a text that goes on may turn out to hold a secret; its length when nothing of it can. */
    int undecided(String text) {
        int whole = UnescapedText.wholeEscapes(text);
        int from = beginning(text, whole);
        UnescapedText view = UnescapedText.of(text.substring(0, whole));
        while (view != null) {
            whole = UnescapedText.wholeEscapes(view.text());
            int at = beginning(view.text(), whole);
            from = at < view.text().length() ? Math.min(from, view.begin(at)) : from;
            view = view.again(whole);
        }
        return from;
    }

    private int beginning(String text, int end) {
        for (int at = Math.max(0, end - longest); at < end; at++) {
            if ((at + 1 == end || beginnings.get(pair(text, at))) && begins(text.substring(at, end))) {
                return at;
            }
        }
        return end;
    }

    private static int pair(String text, int at) {
        return (text.charAt(at) & 0xff) << 8 | text.charAt(at + 1) & 0xff;
    }

    private boolean begins(String start) {
        String next = forms.ceiling(start);
        return next != null && next.startsWith(start);
    }

    private static int hashOfEnd(String form) {
        int hash = 0;
        for (int at = form.length() - MIN_LENGTH; at < form.length(); at++) {
            hash = hash * FACTOR + form.charAt(at);
        }
        return hash;
    }

    private static int bucket(int hash) {
        return (hash ^ hash >>> 16) & BUCKETS - 1;
    }

    private static int power(int exponent) {
        int power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= FACTOR;
        }
        return power;
    }

    /** Stretches of a text that go; those that touch or overlap are one. */
    static final class Spans {

        private record Span(int from, int to) {
        }

        private final List<Span> all = new ArrayList<>();

        void add(int from, int to) {
            all.add(new Span(from, to));
        }

        /** Where a stretch begins that goes beyond a place, or that place. */
        int outside(int place) {
            int at = place;
            for (Span span : all) {
                at = span.from() < at && span.to() > at ? span.from() : at;
            }
            return at == place ? at : outside(at);
        }

        /** The text without them; the text itself when there are none. */
        String cut(String text, int length) {
            if (all.isEmpty()) {
                return length == text.length() ? text : text.substring(0, length);
            }
            all.sort(Comparator.comparingInt(Span::from));
            StringBuilder out = new StringBuilder(length);
            int copied = 0;
            for (Span span : all) {
                if (span.from() >= length) {
                    break;
                }
                if (span.from() >= copied) {
                    out.append(text, copied, span.from()).append(Redactor.CUT);
                }
                copied = Math.max(copied, span.to());
            }
            return out.append(text, Math.min(copied, length), length).toString();
        }
    }
}
