package dev.tollgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.tollgate.e2e.ApiStub.Call;
import dev.tollgate.e2e.ApiStub.Reply;

/** Upstreams that limit their callers as well-known APIs do, tell of it in those APIs' words, and count what they refuse. */
final class LimitStyles {

    private static final ObjectMapper JSON = new ObjectMapper();

    private LimitStyles() {
    }

    /** An upstream's own bucket, which fills as time passes. */
    private static final class Tokens {

        private final InstantSource clock;
        private final double capacity;
        private final double perSecond;
        private double level;
        private Instant at;

        Tokens(InstantSource clock, double capacity, double perSecond) {
            this.clock = clock;
            this.capacity = capacity;
            this.perSecond = perSecond;
            this.level = capacity;
            this.at = clock.instant();
        }

        double level() {
            Instant now = clock.instant();
            level = Math.min(capacity, level + perSecond * Duration.between(at, now).toNanos() / 1e9);
            at = now;
            return level;
        }

        boolean has(double cost) {
            return level() >= cost;
        }

        void take(double cost) {
            level -= cost;
        }

        long whole() {
            return (long) Math.max(0, Math.floor(level()));
        }

        double secondsUntil(double wanted) {
            return Math.max(0, (Math.min(capacity, wanted) - level()) / perSecond);
        }
    }

    /** A number of calls in a window, which begins anew when it is over. */
    private static final class Window {

        private final InstantSource clock;
        private final long limit;
        private final Duration length;
        private long left;
        private Instant ends;

        Window(InstantSource clock, long limit, Duration length, long left, Duration rest) {
            this.clock = clock;
            this.limit = limit;
            this.length = length;
            this.left = left;
            this.ends = clock.instant().plus(rest).truncatedTo(ChronoUnit.SECONDS);
        }

        long left() {
            if (!clock.instant().isBefore(ends)) {
                left = limit;
                ends = clock.instant().plus(length).truncatedTo(ChronoUnit.SECONDS);
            }
            return left;
        }

        void take(long cost) {
            left = Math.max(0, left() - cost);
        }
    }

    /** What all of them have in common. */
    abstract static class Style implements ApiStub.Script {

        final InstantSource clock;
        private final AtomicInteger refused = new AtomicInteger();

        Style(InstantSource clock) {
            this.clock = clock;
        }

        int refused() {
            return refused.get();
        }

        @Override
        public Reply reply(Call call, int number) throws InterruptedException {
            Map<String, String> told = new TreeMap<>();
            told.put("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(clock.instant().atOffset(ZoneOffset.UTC)));
            Reply reply = answer(call, told);
            if (reply.status() >= 400 || reply.body().contains("THROTTLED")) {
                refused.incrementAndGet();
            }
            return new Reply(reply.status(), reply.body(), told);
        }

        /** @param told headers of the reply, to be filled in */
        abstract Reply answer(Call call, Map<String, String> told) throws InterruptedException;

        static Reply refuse(int status, String body) {
            return new Reply(status, body, Map.of());
        }

        static JsonNode json(Call call) {
            try {
                return JSON.readTree(call.body());
            }
            catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** An hour that ends at a moment, and a minute whose limit is told by its refusals alone. */
    static final class GitHub extends Style {

        private final Window hour;
        private final Window minute;
        private final long cost;
        private final boolean tellsRetryAfter;

        /**
         * @param left in the hour, of which ten minutes are left
         * @param pointsInAMinute the secondary limit
         * @param cost what a call really costs
         */
        GitHub(InstantSource clock, long left, long pointsInAMinute, long cost, boolean tellsRetryAfter) {
            super(clock);
            this.hour = new Window(clock, 5000, Duration.ofHours(1), left, Duration.ofMinutes(10));
            this.minute = new Window(clock, pointsInAMinute, Duration.ofMinutes(1), pointsInAMinute, Duration.ofMinutes(1));
            this.cost = cost;
            this.tellsRetryAfter = tellsRetryAfter;
        }

        @Override
        synchronized Reply answer(Call call, Map<String, String> told) {
            long points = call.method().equals("GET") ? 1 : 5;
            boolean first = hour.left() < cost;
            boolean second = !first && minute.left() < points;
            if (!first && !second) {
                hour.take(cost);
                minute.take(points);
            }
            told.put("X-RateLimit-Limit", "5000");
            told.put("X-RateLimit-Remaining", String.valueOf(first ? 0 : hour.left()));
            told.put("X-RateLimit-Used", String.valueOf(5000 - hour.left()));
            told.put("X-RateLimit-Reset", String.valueOf(hour.ends.getEpochSecond()));
            told.put("X-RateLimit-Resource", "core");
            if (second && tellsRetryAfter) {
                told.put("Retry-After", "60");
            }
            return first ? refuse(403, "{\"message\":\"API rate limit exceeded for user ID 1.\"}")
                    : second ? refuse(403, "{\"message\":\"You have exceeded a secondary rate limit. Please wait.\"}") : Reply.ok("{}");
        }
    }

    /** Requests and tokens by the minute, both filled as time passes; a call counts with its prompt and its longest answer. */
    static final class OpenAi extends Style {

        private final Tokens requests;
        private final Tokens tokens;
        private final boolean inMillis;

        OpenAi(InstantSource clock, double requests, double tokens, boolean inMillis) {
            super(clock);
            this.requests = new Tokens(clock, requests, requests / 60);
            this.tokens = new Tokens(clock, tokens, tokens / 60);
            this.inMillis = inMillis;
        }

        @Override
        synchronized Reply answer(Call call, Map<String, String> told) {
            JsonNode asked = json(call);
            double cost = asked.path("messages").path(0).path("content").asText().length() / 4.0
                    + asked.path("max_completion_tokens").asInt();
            boolean served = requests.has(1) && tokens.has(cost);
            double wait = Math.max(requests.secondsUntil(1), tokens.secondsUntil(cost));
            if (served) {
                requests.take(1);
                tokens.take(cost);
            }
            told.put("x-ratelimit-limit-requests", String.valueOf((long) requests.capacity));
            told.put("x-ratelimit-limit-tokens", String.valueOf((long) tokens.capacity));
            told.put("x-ratelimit-remaining-requests", String.valueOf(requests.whole()));
            told.put("x-ratelimit-remaining-tokens", String.valueOf(tokens.whole()));
            told.put("x-ratelimit-reset-requests", goDuration(requests.secondsUntil(requests.capacity)));
            told.put("x-ratelimit-reset-tokens", goDuration(tokens.secondsUntil(tokens.capacity)));
            if (!served) {
                told.put(inMillis ? "retry-after-ms" : "retry-after", String.valueOf((long) Math.ceil(inMillis ? wait * 1000 : wait)));
            }
            return served ? Reply.ok("{\"usage\":{\"total_tokens\":" + (long) cost + "}}")
                    : refuse(429, "{\"error\":{\"code\":\"rate_limit_exceeded\",\"type\":\"tokens\"}}");
        }

        private static String goDuration(double seconds) {
            long millis = (long) Math.ceil(seconds * 1000);
            return millis < 1000 ? millis + "ms" : millis / 60_000 + "m" + millis % 60_000 / 1000.0 + "s";
        }
    }

    /** Requests, tokens sent and tokens answered by the minute; the last are counted as the answer is written. */
    static final class Anthropic extends Style {

        private final Tokens requests;
        private final Tokens input;
        private final Tokens output;
        private final long answers;
        private int overloaded;

        /**
         * @param answers tokens that each answer has
         * @param overloaded calls that are answered with 529 at first
         */
        Anthropic(InstantSource clock, double requests, double input, double output, long answers, int overloaded) {
            super(clock);
            this.requests = new Tokens(clock, requests, requests / 60);
            this.input = new Tokens(clock, input, input / 60);
            this.output = new Tokens(clock, output, output / 60);
            this.answers = answers;
            this.overloaded = overloaded;
        }

        @Override
        synchronized Reply answer(Call call, Map<String, String> told) {
            if (overloaded-- > 0) {
                return refuse(529, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}");
            }
            double sent = json(call).path("messages").path(0).path("content").asText().length() / 4.0;
            boolean served = requests.has(1) && input.has(sent) && output.has(1);
            double wait = Math.max(requests.secondsUntil(1), Math.max(input.secondsUntil(sent), output.secondsUntil(1)));
            if (served) {
                requests.take(1);
                input.take(sent);
                output.take(answers);
            }
            tell(told, "requests", requests);
            tell(told, "input-tokens", input);
            tell(told, "output-tokens", output);
            if (!served) {
                told.put("retry-after", String.valueOf((long) Math.ceil(wait)));
            }
            return served ? Reply.ok("{\"usage\":{\"input_tokens\":%d,\"output_tokens\":%d}}".formatted((long) sent, answers))
                    : refuse(429, "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\"}}");
        }

        private void tell(Map<String, String> told, String what, Tokens bucket) {
            told.put("anthropic-ratelimit-" + what + "-limit", String.valueOf((long) bucket.capacity));
            told.put("anthropic-ratelimit-" + what + "-remaining", String.valueOf(bucket.whole()));
            told.put("anthropic-ratelimit-" + what + "-reset", clock.instant()
                    .plusMillis((long) (1000 * bucket.secondsUntil(bucket.capacity))).truncatedTo(ChronoUnit.SECONDS).toString());
        }
    }

    /** A bucket that leaks, told as used of allowed. */
    static final class ShopifyRest extends Style {

        private final Tokens bucket;
        private final double cost;

        ShopifyRest(InstantSource clock, double capacity, double perSecond, double cost) {
            super(clock);
            this.cost = cost;
            this.bucket = new Tokens(clock, capacity, perSecond);
        }

        @Override
        synchronized Reply answer(Call call, Map<String, String> told) {
            boolean served = bucket.has(cost);
            if (served) {
                bucket.take(cost);
            }
            else {
                told.put("Retry-After", "2.0");
            }
            long allowed = (long) bucket.capacity;
            told.put("X-Shopify-Shop-Api-Call-Limit", allowed - bucket.whole() + "/" + allowed);
            return served ? Reply.ok("{}") : refuse(429, "{\"errors\":\"Exceeded 2 calls per second for api client.\"}");
        }
    }

    /** Points: what a query needs must be there when it comes, what it did not use is given back. */
    static final class ShopifyGraphQl extends Style {

        private final Tokens points;

        ShopifyGraphQl(InstantSource clock, double there) {
            super(clock);
            this.points = new Tokens(clock, 2000, 100);
            points.take(2000 - there);
        }

        @Override
        synchronized Reply answer(Call call, Map<String, String> told) {
            long needs = Long.parseLong(json(call).path("query").asText().replaceAll("\\D", ""));
            boolean served = points.has(needs);
            if (served) {
                points.take(needs / 2.0);
            }
            String cost = ("{\"requestedQueryCost\":%d,\"actualQueryCost\":%s,\"throttleStatus\":{\"maximumAvailable\":2000.0,"
                    + "\"currentlyAvailable\":%d,\"restoreRate\":100.0}}").formatted(needs, served ? needs / 2 : null, points.whole());
            return Reply.ok(served ? "{\"data\":{},\"extensions\":{\"cost\":" + cost + "}}"
                    : "{\"errors\":[{\"message\":\"Throttled\",\"extensions\":{\"code\":\"THROTTLED\"}}],\"extensions\":{\"cost\":" + cost + "}}");
        }
    }

    /** So many calls a second and so many at once; what is left is never told. */
    static final class Stripe extends Style {

        private final Tokens calls;
        private final int mostAtOnce;
        private final AtomicInteger atOnce = new AtomicInteger();

        Stripe(InstantSource clock, double perSecond, int mostAtOnce) {
            super(clock);
            this.calls = new Tokens(clock, perSecond, perSecond);
            this.mostAtOnce = mostAtOnce;
        }

        @Override
        Reply answer(Call call, Map<String, String> told) throws InterruptedException {
            try {
                boolean tooMany = atOnce.incrementAndGet() > mostAtOnce;
                if (tooMany || !take()) {
                    told.put("Stripe-Rate-Limited-Reason", tooMany ? "global-concurrency" : "global-rate");
                    return refuse(429, "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"rate_limit\"}}");
                }
                TimeUnit.MILLISECONDS.sleep(20); // its own work, during which other calls come
                return Reply.ok("{}");
            }
            finally {
                atOnce.decrementAndGet();
            }
        }

        private synchronized boolean take() {
            boolean there = calls.has(1);
            if (there) {
                calls.take(1);
            }
            return there;
        }
    }
}
