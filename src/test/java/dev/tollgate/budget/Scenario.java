package dev.tollgate.budget;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/** Reads and runs one line of bucket-scenarios.txt, whose head explains the words. */
final class Scenario {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Terms terms;
    private Instant now = START;
    private BucketState state;

    Scenario(String start) {
        Map<String, String> given = words(start);
        int rate = (int) seconds(given, "rate", 5);
        long tick = 1000 * seconds(given, "tick", 60);
        long flow = tokens(given.getOrDefault("flow", "0"));
        long capacity = given.containsKey("cap") ? tokens(given.get("cap")) : 60_000L * rate;
        long balance = tokens(given.getOrDefault("balance", "0"));
        boolean heard = !given.containsKey("unheard");
        long at = START.toEpochMilli();
        terms = new Terms(seconds(given, "n", 0), Duration.ofSeconds(seconds(given, "patience", 31_536_000)),
                Duration.ofSeconds(seconds(given, "lease", 180)));
        state = new BucketState(at, balance, new Plan(rate, flow, capacity, tick),
                at + 1000 * seconds(given, "next", 60), heard ? 1000 : 0, heard ? at : 0, 0, 0, List.of());
    }

    Scenario run(String steps) {
        for (String step : steps.split(";")) {
            String[] halves = step.trim().split("->");
            String answer = step(halves[0].trim());
            if (halves.length > 1) {
                assertThat(answer).as(step).startsWith(halves[1].trim());
            }
        }
        return this;
    }

    void ends(String end) {
        words(end).forEach((name, value) -> assertThat(figure(name)).as(name)
                .isEqualTo(name.equals("next") || name.equals("consumed") || name.equals("inflight")
                        ? Long.parseLong(value) : tokens(value)));
    }

    private String step(String step) {
        if (step.startsWith("+") || step.startsWith("-")) {
            now = now.plusSeconds(Long.parseLong(step));
            state = Bucket.advance(state, now);
            return "";
        }
        String[] words = step.split("\\s+");
        Map<String, String> given = words(step);
        String id = words.length > 1 ? words[1] : "";
        return switch (words[0]) {
            case "reserve" -> decided(new Reserve(id, price(words[2]), ServiceClass.INTERACTIVE, terms,
                    tokens(given.getOrDefault("ahead", "0")), tokens(given.getOrDefault("keep", "0"))));
            case "settle" -> settled(new Settle(id, reading(given).orElseThrow(), Long.parseLong(words[2])));
            case "refuse" -> settled(new Refuse(id, reading(given)));
            case "anchor" -> settled(new Anchor(reading(given).orElseThrow(),
                    now.toEpochMilli() + 1000 * seconds(given, "asked", 0)));
            case "charge" -> settled(new Charge(id, Long.parseLong(words[2])));
            case "lose" -> settled(new Lose(id));
            case "release" -> settled(new Release(id));
            default -> throw new IllegalArgumentException(step);
        };
    }

    private String decided(Reserve reserve) {
        Decision decision = apply(reserve);
        assertThat(decision.waitMillis() % 1000).isZero();
        return switch (decision.verdict()) {
            case ADMITTED -> "ok";
            case WAIT -> "wait " + decision.waitMillis() / 1000;
            case DENIED -> "deny " + decision.waitMillis() / 1000;
        };
    }

    private String settled(BucketEvent<Settlement> event) {
        Settlement s = apply(event);
        return (s.known() ? "known" : "unknown") + (s.adopted() ? " adopted " : " late ") + s.charged();
    }

    private <R> R apply(BucketEvent<R> event) {
        var step = Bucket.next(state, event, now);
        state = step.state();
        return step.result();
    }

    private Optional<Reading> reading(Map<String, String> given) {
        return !given.containsKey("ts") ? Optional.empty() : Optional.of(new Reading(seconds(given, "ts", 0),
                seconds(given, "left", 0), 1000 * seconds(given, "in", 60),
                (int) seconds(given, "rate", 5), tokens(given.getOrDefault("flow", "0"))));
    }

    private long figure(String name) {
        return switch (name) {
            case "balance" -> state.balance();
            case "available" -> state.available();
            case "doubt" -> state.doubt();
            case "capacity" -> state.plan().capacity();
            case "consumed" -> state.consumed();
            case "inflight" -> state.inFlight().size();
            case "next" -> (state.nextTick() - state.at()) / 1000;
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static Price price(String word) {
        String[] figures = word.split("/");
        long expected = Long.parseLong(figures[0]);
        return new Price(expected, figures.length > 1 ? Long.parseLong(figures[1]) : expected);
    }

    private static Map<String, String> words(String text) {
        Map<String, String> words = new HashMap<>();
        for (String word : text.trim().split("\\s+")) {
            String[] pair = word.split("=");
            words.put(pair[0], pair.length > 1 ? pair[1] : "");
        }
        return words;
    }

    private static long seconds(Map<String, String> given, String name, long otherwise) {
        return given.containsKey(name) ? Long.parseLong(given.get(name)) : otherwise;
    }

    private static long tokens(String word) {
        return word.endsWith("m") ? Long.parseLong(word.substring(0, word.length() - 1)) : 1000 * Long.parseLong(word);
    }
}
