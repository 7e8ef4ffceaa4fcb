package dev.tollgate.logging;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tollgate.logging.KnownSecrets.Spans;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class KnownSecretsTest {

    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
    private static final String[] SECRETS = {"Atzr|IwEBIa+b/c=secret of A", "k3ep4keyk3ep4key", "xai-\"quoted\"8chars"};

    private static final Map<String, UnaryOperator<String>> WRITINGS = Map.ofEntries(
            Map.entry("as it is", s -> s),
            Map.entry("URL-encoded", s -> URLEncoder.encode(s, UTF_8)),
            Map.entry("URL-encoded in small letters", s -> each(s, "%%%02x")),
            Map.entry("URL-encoded twice", s -> URLEncoder.encode(each(s, "%%%02X"), UTF_8)),
            Map.entry("in JSON", s -> s.replace("\\", "\\\\").replace("\"", "\\\"").replace("/", "\\/")),
            Map.entry("in JSON, every character escaped", s -> each(s, "\\u%04x")),
            Map.entry("in JSON within JSON", s -> each(s, "\\\\u%04X")),
            Map.entry("in JavaScript", s -> each(s, "\\x%02x")),
            Map.entry("in a URL within JSON", s -> each(s, "\\u0025%02X")),
            Map.entry("in HTML", s -> each(s, "&#%d;")),
            Map.entry("in HTML, hexadecimal", s -> each(s, "&#x%x;")),
            Map.entry("in HTML, by names", s -> s.replace("&", "&amp;").replace("\"", "&quot;")),
            Map.entry("in UTF-16", s -> new String(s.getBytes(UTF_16BE), ISO_8859_1)),
            Map.entry("in UTF-16, the other way round", s -> new String(s.getBytes(UTF_16LE), ISO_8859_1)),
            Map.entry("in Base64", s -> base64(s)),
            Map.entry("in Base64 behind one byte", s -> base64("x" + s + "y")),
            Map.entry("in Base64 behind two bytes", s -> base64("xy" + s)),
            Map.entry("in Base64 of a URL", s -> Base64.getUrlEncoder().encodeToString(("?" + s).getBytes(UTF_8))),
            Map.entry("in Base64 within a URL", s -> URLEncoder.encode(base64("user:" + s), UTF_8)));

    private static String each(String text, String format) {
        return text.chars().mapToObj(c -> format.formatted(c)).collect(Collectors.joining());
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    static Stream<Arguments> writings() {
        return WRITINGS.entrySet().stream().flatMap(one -> Stream.of(SECRETS)
                .map(secret -> Arguments.of(one.getKey(), secret, one.getValue().apply(secret))));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("writings")
    void aSecretIsCutHoweverItIsWritten(String how, String secret, String written) {
        KnownSecrets known = known(secret);

        // Of a text in Base64 what stands around the secret shares characters with it.
        assertThat(cut(known, "before " + written + " after")).as(how).startsWith("before ").endsWith(" after").contains("[cut]");
        assertThat(cut(known, written).replace("[cut]", "")).as(how).hasSizeLessThan(how.contains("Base64") ? 16 : 2);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("writings")
    void wherePiecesAreCutMakesNoDifference(String how, String secret, String written) throws IOException {
        KnownSecrets known = known(secret);
        String text = "data: {\"n\":1}\n\n" + written + "\n{\"end\":\"" + written + "\"}";
        String whole = cut(known, text);

        for (int piece = 1; piece < 60; piece++) {
            assertThat(streamed(known, text, piece, false)).as("%s in pieces of %d", how, piece).isEqualTo(whole);
        }
    }

    @Test
    void marksAreCutAcrossPiecesToo() throws IOException {
        String text = "{\"message\":\"Consumer 'api_key:" + "AIza" + "SyMadeUp0123456789' and tg_abcdefgh12 and Atza|IwEB1234 are no good\"}";

        for (int piece = 1; piece < 60; piece++) {
            assertThat(streamed(known("another-secret"), text, piece, true))
                    .isEqualTo("{\"message\":\"Consumer 'api_key:[cut]' and [cut] and [cut] are no good\"}");
        }
    }

    @Test
    void anEventLeavesAsSoonAsItIsHere() throws IOException {
        InputStream events = new Pieces("data: one k3ep\n\ndata: two\n\n".getBytes(UTF_8), 16);
        InputStream clean = new CutStream(events, known("k3ep4keyk3ep4key"), false);

        byte[] buffer = new byte[100];
        assertThat(new String(buffer, 0, clean.read(buffer), UTF_8)).isEqualTo("data: one k3ep\n\n");
    }

    @Test
    void binaryDataPassesAsItIs() throws IOException {
        byte[] random = new byte[200_000];
        new Random(7).nextBytes(random);

        assertThat(new CutStream(new Pieces(random, 1000), known(SECRETS), false).readAllBytes()).isEqualTo(random);
    }

    @Test
    void whatIsForEverStaysWhateverComesAfter() {
        KnownSecrets known = new KnownSecrets(100, 1 << 20);
        known.add("key-of-the-environment", null);
        for (int i = 0; i < 5_000; i++) {
            known.add("issued-token-" + i + "-" + i, NOW.plusSeconds(i));
        }

        assertThat(cut(known, "key-of-the-environment")).isEqualTo("[cut]");
        assertThat(cut(known, "issued-token-4999-4999 issued-token-4900-4900 issued-token-4899-4899"))
                .isEqualTo("[cut] [cut] issued-token-4899-4899");
    }

    @Test
    void theShortestLivedGoesFirst() {
        KnownSecrets known = new KnownSecrets(2, 1 << 20);
        known.add("lives-an-hour", NOW.plusSeconds(3600));
        known.add("lives-a-minute", NOW.plusSeconds(60));
        known.add("lives-half-an-hour", NOW.plusSeconds(1800));

        assertThat(cut(known, "lives-an-hour lives-a-minute lives-half-an-hour")).isEqualTo("[cut] lives-a-minute [cut]");
    }

    @Test
    void theRestIsBoundedInCharactersToo() {
        KnownSecrets known = new KnownSecrets(1000, 2_000);
        for (int i = 0; i < 10; i++) {
            known.add("t" + i + "-".repeat(498), NOW.plusSeconds(i));
        }

        assertThat(cut(known, "t5" + "-".repeat(498))).startsWith("t5");
        assertThat(cut(known, "t6" + "-".repeat(498))).isEqualTo("[cut]");
    }

    @Test
    void aSecretThatIsAddedAgainLivesAsLongAsTheLongerOfBoth() {
        KnownSecrets known = new KnownSecrets(1, 1 << 20);
        known.add("first-to-come", NOW.plusSeconds(60));
        known.add("first-to-come", NOW.plusSeconds(7200));
        known.add("first-to-come", NOW);
        known.add("second-to-come", NOW.plusSeconds(3600));
        assertThat(cut(known, "first-to-come second-to-come")).isEqualTo("[cut] second-to-come");

        known.add("first-to-come", null);
        known.add("third-to-come", NOW.plusSeconds(1));
        assertThat(cut(known, "first-to-come third-to-come")).isEqualTo("[cut] [cut]");
    }

    @Test
    void overlappingSecretsAreCutWhole() {
        KnownSecrets known = known("abcdefgh", "abcdefghijkl", "ijklmnop");

        assertThat(cut(known, "xabcdefghijklx abcdefgh abcdefghijklmnop")).isEqualTo("x[cut]x [cut] [cut]");
    }

    private static KnownSecrets known(String... secrets) {
        KnownSecrets known = new KnownSecrets(10, 1 << 20);
        Stream.of(secrets).forEach(secret -> known.add(secret, null));
        return known;
    }

    private static String cut(KnownSecrets known, String text) {
        Spans found = new Spans();
        known.find(text, found);
        return found.cut(text, text.length());
    }

    private static String streamed(KnownSecrets known, String text, int piece, boolean marked) throws IOException {
        return new String(new CutStream(new Pieces(text.getBytes(ISO_8859_1), piece), known, marked).readAllBytes(), ISO_8859_1);
    }

    /** Gives no more than a piece at a time, as a network does. */
    private static final class Pieces extends ByteArrayInputStream {

        private final int piece;

        Pieces(byte[] bytes, int piece) {
            super(bytes);
            this.piece = piece;
        }

        @Override
        public synchronized int read(byte[] buffer, int offset, int length) {
            return super.read(buffer, offset, Math.min(length, piece));
        }
    }
}
