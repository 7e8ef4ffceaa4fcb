package dev.tollgate.gemini;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

import dev.tollgate.gateway.Refusal;

/** The part of Gemini's API that passes here, and why the rest does not. */
final class GeminiPaths {

    /** What becomes of a call. */
    enum Kind {

        /** Paid, and answered whole. */
        GENERATE,

        /** Paid, and answered piece by piece. */
        STREAM,

        /** Paid, by whether its body asks for a stream answered whole or piece by piece. */
        AS_ASKED,

        /** Paid, and its answer need not say what it cost: then what was asked is counted. */
        EMBED,

        /** Costs nothing. */
        FREE
    }

    private record Entry(String method, Pattern path, Kind kind) {
    }

    /** A part of the API that is paid and cannot be booked. */
    private record Closed(Pattern path, String why) {
    }

    private static final String VERSION = "/v1(?:beta|alpha)?";
    private static final String NAME = "(?!\\.+(?:$|:))[A-Za-z0-9._-]{1,200}";
    private static final String COLON = "(?::|%3[Aa])";
    private static final String MODEL = VERSION + "/(?:models|tunedModels)/" + NAME + COLON;
    private static final Pattern PROJECTS = Pattern.compile(".*/(?:files|cachedContents|batches|interactions)(?:[/:?%].*)?");
    private static final List<Entry> ENTRIES = List.of(
            entry("POST", MODEL + "generateContent", Kind.GENERATE),
            entry("POST", MODEL + "streamGenerateContent", Kind.STREAM),
            entry("POST", MODEL + "countTokens", Kind.FREE),
            entry("POST", MODEL + "(?:embedContent|batchEmbedContents)", Kind.EMBED),
            entry("GET", VERSION + "/(?:models|tunedModels)(?:/" + NAME + ")?", Kind.FREE),
            entry("POST", VERSION + "/openai/chat/completions", Kind.AS_ASKED),
            entry("POST", VERSION + "/openai/embeddings", Kind.EMBED),
            entry("GET", VERSION + "/openai/models(?:/(?:models/)?" + NAME + ")?", Kind.FREE),
            entry("POST", VERSION + "/interactions", Kind.AS_ASKED),
            entry("GET", VERSION + "/interactions/" + NAME, Kind.FREE),
            entry("DELETE", VERSION + "/interactions/" + NAME, Kind.FREE),
            entry("POST", VERSION + "/interactions/" + NAME + "(?:/|" + COLON + ")cancel", Kind.FREE),
            entry("POST", VERSION + "/cachedContents", Kind.GENERATE),
            entry("PATCH", VERSION + "/cachedContents/" + NAME, Kind.FREE),
            entry("GET", VERSION + "/(?:files|cachedContents|batches)(?:/" + NAME + ")?", Kind.FREE),
            entry("DELETE", VERSION + "/(?:files|cachedContents|batches)/" + NAME, Kind.FREE),
            entry("POST", VERSION + "/batches/" + NAME + COLON + "cancel", Kind.FREE),
            entry("GET", "(?:/download)?" + VERSION + "/files/" + NAME + COLON + "download", Kind.FREE),
            entry("POST", "(?:/upload)?" + VERSION + "/files", Kind.FREE),
            entry("PUT", "/upload" + VERSION + "/files", Kind.FREE));

    private static final List<Closed> CLOSED = List.of(
            closed(".*(?i:batchGenerateContent|asyncBatchEmbedContent|/openai/batches).*", "A batch says only in its results what it"
                    + " cost, so it cannot be booked when it is ordered. Send its requests one by one."),
            closed(".*(?::|%3[Aa])predict(?:LongRunning)?|.*/openai/(?:images|videos|audio)/.*", "Pictures, films and sounds made here"
                    + " are paid by the piece and their answers do not say what they cost, so they cannot be booked. Models that answer"
                    + " generateContent with pictures pass."),
            closed("/ws/.*|.*(?i:bidiGenerateContent|auth_tokens).*", "Live sessions do not pass the gateway. Use generateContent or"
                    + " streamGenerateContent."),
            closed(VERSION + "/(?:corpora|fileSearchStores|tunedModels|ragStores)(?:/.*)?", "Indexing and tuning are paid, and their"
                    + " answers do not say what they cost, so they cannot be booked."));

    private GeminiPaths() {
    }

    private static Entry entry(String method, String path, Kind kind) {
        return new Entry(method, Pattern.compile(path), kind);
    }

    private static Closed closed(String path, String why) {
        return new Closed(Pattern.compile(path), why);
    }

    /**
     * @param path raw, from the version of the API on
     * @throws Refusal 404 or 405 for what does not pass
     */
    static Kind kind(String method, String path) {
        for (Entry entry : ENTRIES) {
            if (entry.method.equals(method) && entry.path.matcher(path).matches()) {
                return entry.kind;
            }
        }
        throw no(method, path);
    }

    private static Refusal no(String method, String path) {
        List<Entry> there = ENTRIES.stream().filter(entry -> entry.path.matcher(path).matches()).toList();
        return CLOSED.stream().filter(closed -> closed.path.matcher(path).matches()).findFirst()
                .map(closed -> Refusal.of(404, closed.why))
                .orElseGet(() -> there.isEmpty() ? Refusal.of(404, "This path does not pass the gateway. Below /gemini/v1beta (or v1,"
                        + " v1alpha) there are models with generateContent, streamGenerateContent, countTokens and embedContent, files,"
                        + " cachedContents, batches to look at, interactions, and openai/.")
                        : Refusal.of(405, "The method %s is not allowed here; %s is.".formatted(method, there.get(0).method)));
    }

    /** Whether it is of Google's OpenAI-compatible paths, which take the key in another header. */
    static boolean isOpenAi(String path) {
        return path.contains("/openai/");
    }

    /** Whether what is named there belongs to the project of one key, and to nobody who has another. */
    static boolean isOfAProject(String path) {
        return PROJECTS.matcher(path).matches();
    }

    /** Whether a question names something that belongs to the project of one key. */
    static boolean namesWhatIsOfAProject(byte[] body) {
        return body != null && OF_A_PROJECT.stream().anyMatch(word -> holds(body, word));
    }

    private static final List<byte[]> OF_A_PROJECT = List.of(bytes("\"fileUri\""), bytes("\"file_uri\""), bytes("\"cachedContent\""),
            bytes("\"cached_content\""), bytes("\"previous_interaction_id\""));

    private static byte[] bytes(String word) {
        return word.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean holds(byte[] body, byte[] word) {
        for (int at = 0; at <= body.length - word.length; at++) {
            int same = 0;
            while (same < word.length && body[at + same] == word[same]) {
                same++;
            }
            if (same == word.length) {
                return true;
            }
        }
        return false;
    }
}
