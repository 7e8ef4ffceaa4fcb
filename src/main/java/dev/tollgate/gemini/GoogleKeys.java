package dev.tollgate.gemini;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * Finds the key of Gemini in a text of settings, whoever wrote it: a bare key, lines of a shell, of PowerShell, of Windows, of
 * properties, INI or YAML, or a whole JSON or XML file. What is taken looks as Google makes its keys, and nothing near it says
 * that it is for somebody else.
 */
final class GoogleKeys {

    /**
     * What a text holds.
     *
     * @param key     null where there is none that may be taken
     * @param trouble why there is none, without any of the text; null with a key, and where the text holds nothing at all
     */
    record Found(String key, String trouble) {

        static final Found NOTHING = new Found(null, null);
    }

    /** A text that may be a value, and the names that say what it is for, the nearest first. */
    private record Entry(int line, List<String> names, String value) {
    }

    /** {@code AIza…} as it was always, {@code AQ.…} as it is for newer projects. */
    private static final Pattern KEY = Pattern.compile("(?<![\\w.-])(?:AIza[\\w-][\\w.-]{5,}|AQ\\.[\\w.-]{8,})(?<!\\.)");

    private static final Pattern WORD = Pattern.compile("[A-Za-z_][\\w.-]*");
    private static final Pattern OURS = Pattern.compile("(?i)gemini|generative|genai|palm");
    private static final Pattern OTHERS = Pattern.compile("(?i)(?:^|[^a-z])x[\\W_]?ai(?:$|[^a-z])|grok|groq|open_?-?ai|azure|anthropic|claude|"
            + "keepa|amazon|aws|sp.?api|lwa|mistral|cohere|deepseek|perplexity|hugging|openrouter|together|fireworks|voyage|replicate|"
            + "ai21|elevenlabs|stripe|maps|youtube|firebase|fcm|translate|places|geocod|custom.?search|vision|vertex|recaptcha|analytics|calendar|gmail");
    private static final Pattern OF_A_KEY = Pattern.compile("(?i)key|token|secret|credential|google");

    /** What the name of a key may consist of while it says of nobody whose key it is; any other word in it is somebody else's. */
    private static final Pattern OF_NOBODY = Pattern.compile("(?i)(?:[^a-z]|x-goog|google|goog|cloud|ai|api|keys?|tokens?|secrets?|credentials?|"
            + "access|auth|my|our|the|of|for|default|fallback|main|primary|first|second|shared|common|company|companies|invoices?|apps?(?!l)|application|"
            + "settings?|config|env|providers?|models?|name|value|prod|production|live|dev|test|tollgate|gateway|header)*");
    private static final int LONGEST_NAME = 200;

    /** A key of ours that is called so is the last to be taken. */
    private static final Pattern RETIRED = Pattern.compile("(?i)(?:^|[\\W_])(?:old|previous|backup|revoked|expired|disabled|unused)(?:$|[\\W_\\d])");
    private static final int LAST_RANK = 3;

    /** A setting with its value that stands before another one on the same line; a title is no setting, but says whose the next one is. */
    private static final Pattern SETTLED = Pattern.compile("(?<![\\w.-])(?!(?i:name|key|id|provider)\\W)[\\w.-]+[\"']?\\s*[=:]\\s*"
            + "(?:\"[^\"]*\"|'[^']*'|[^\\s\"'{\\[,;&]+)[\\s,;&]+");
    private static final Pattern TITLE = Pattern.compile("(?i)name|key|id|provider|vendor|service");
    private static final Pattern SECTION = Pattern.compile("\\[([^\\[\\]:=()]+)]");
    private static final Pattern COMMENT = Pattern.compile("(?:^|\\s)(?:#|//|;|--\\s|::|\\*(?!\\*)|<!--|/\\*).*|^(?i:rem)\\s.*");
    private static final Pattern COMMENTED_OUT = Pattern.compile("(?s)<#.*?#>|/\\*.*?\\*/|<!--.*?-->");

    /** What is seen by nobody: zero-width and soft characters, marks of the direction. */
    private static final String UNSEEN = "[\\u00AD\\u200B-\\u200F\\u202A-\\u202E\\u2060\\u2066-\\u2069\\uFEFF]";
    private static final ObjectMapper JSON = JsonMapper.builder().enable(JsonReadFeature.ALLOW_JAVA_COMMENTS,
            JsonReadFeature.ALLOW_YAML_COMMENTS, JsonReadFeature.ALLOW_SINGLE_QUOTES, JsonReadFeature.ALLOW_TRAILING_COMMA,
            JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES).build();

    private GoogleKeys() {
    }

    /** @param text decoded; of any form */
    static Found in(String text) {
        String seen = text.replaceAll(UNSEEN, "").replaceAll("[\\u00A0\\u2007\\u202F]", " ");
        List<Entry> entries = entries(seen);
        for (int rank = 0; rank <= LAST_RANK; rank++) {
            for (Entry entry : entries) {
                Optional<String> key = KEY.matcher(entry.value).results().map(MatchResult::group)
                        .filter(found -> !found.contains("..")).findFirst();
                if (key.isPresent() && rank(entry.names) == rank) {
                    return new Found(key.get(), null);
                }
            }
        }
        if (entries.isEmpty()) {
            return KEY.matcher(seen).find() ? new Found(null, "What looks like a key in it stands in a comment") : Found.NOTHING;
        }
        return new Found(null, trouble(entries));
    }

    /**
     * 0 for names of Gemini, 1 for those of a key of nobody in particular, 2 for none, 3 for one of Gemini that is retired; more for
     * what must not be taken: what is named for another provider, and the key whose own name has a word that says whose it is.
     */
    private static int rank(List<String> names) {
        boolean ofAKey = false;
        for (String name : names) {
            if (OURS.matcher(name).find()) {
                return RETIRED.matcher(name).find() ? LAST_RANK : 0;
            }
            boolean itsName = !ofAKey && OF_A_KEY.matcher(name).find();
            if (OTHERS.matcher(name).find() || itsName && (name.length() > LONGEST_NAME || !OF_NOBODY.matcher(name).matches())) {
                return Integer.MAX_VALUE;
            }
            ofAKey |= itsName;
        }
        return ofAKey ? 1 : 2;
    }

    private static String trouble(List<Entry> entries) {
        TreeSet<Integer> ours = new TreeSet<>();
        TreeSet<Integer> others = new TreeSet<>();
        for (Entry entry : entries) {
            int rank = rank(entry.names);
            if (rank == Integer.MAX_VALUE) {
                others.add(entry.line);
            }
            else if (rank < 2 || entry.names.isEmpty()) {
                ours.add(entry.line);
            }
        }
        return "It holds no key that looks like one of Google's, which begin with AIza or AQ."
                + (ours.isEmpty() ? "" : "; it was looked for in line " + shown(ours))
                + (others.isEmpty() ? "" : "; what is named for another provider or use, in line " + shown(others) + ", is not taken");
    }

    private static String shown(TreeSet<Integer> lines) {
        return String.join(", ", lines.stream().limit(5).map(String::valueOf).toList()) + (lines.size() > 5 ? ", …" : "");
    }

    private static List<Entry> entries(String text) {
        String start = text.strip();
        List<Entry> entries = new ArrayList<>();
        try {
            if (start.startsWith("{") || start.startsWith("[{")) {
                try (MappingIterator<JsonNode> values = JSON.readerFor(JsonNode.class).readValues(text)) { // one, or lines of them
                    while (values.hasNextValue()) {
                        ofJson(values.nextValue(), List.of(), entries);
                    }
                }
                return entries;
            }
            if (start.startsWith("<")) {
                ofXml(text, entries);
                return entries;
            }
        }
        catch (IOException | XMLStreamException onlyLooksLikeIt) {
            entries.clear(); // a part of a file, or one with a fault: its lines may still be clear
        }
        ofLines(text, entries);
        return entries;
    }

    private static void ofJson(JsonNode node, List<String> names, List<Entry> entries) {
        List<String> inner = names;
        if (node.isObject()) {
            for (var field : node.properties()) { // {"name":"XAI_API_KEY","value":"…"}
                inner = TITLE.matcher(field.getKey()).matches() && field.getValue().isTextual()
                        && !KEY.matcher(field.getValue().asText()).find() ? with(field.getValue().asText(), inner) : inner;
            }
            for (var field : node.properties()) {
                ofJson(field.getValue(), with(field.getKey(), inner), entries);
            }
        }
        else if (node.isArray()) {
            node.forEach(one -> ofJson(one, names, entries));
        }
        else if (!node.asText("").isBlank()) {
            entries.add(new Entry(1, names, node.asText()));
        }
    }

    /** A part of a file has several roots. */
    private static void ofXml(String text, List<Entry> entries) throws XMLStreamException {
        try {
            ofDocument(text.strip(), entries);
        }
        catch (XMLStreamException severalRoots) {
            entries.clear();
            ofDocument("<part>" + text + "</part>", entries);
        }
    }

    private static void ofDocument(String text, List<Entry> entries) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newInstance();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        XMLStreamReader xml = factory.createXMLStreamReader(new StringReader(text));
        Deque<List<String>> open = new ArrayDeque<>();
        Deque<String> titles = new ArrayDeque<>(List.of("")); // <key>XAI_API_KEY</key><string>…</string>
        open.push(List.of());
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                List<String> names = with(xml.getLocalName(), titles.peek().isEmpty() ? open.peek() : with(titles.peek(), open.peek()));
                for (int i = 0; i < xml.getAttributeCount(); i++) {
                    boolean title = TITLE.matcher(xml.getAttributeLocalName(i)).matches();
                    names = title && !KEY.matcher(xml.getAttributeValue(i)).find() ? with(xml.getAttributeValue(i), names) : names;
                }
                for (int i = 0; i < xml.getAttributeCount(); i++) {
                    add(xml, with(xml.getAttributeLocalName(i), names), xml.getAttributeValue(i), entries);
                }
                open.push(names);
                titles.push("");
            }
            else if (event == XMLStreamConstants.END_ELEMENT) {
                open.pop();
                titles.pop();
            }
            else if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
                if (TITLE.matcher(open.peek().isEmpty() ? "" : open.peek().get(0)).matches() && !KEY.matcher(xml.getText()).find()) {
                    titles.pop();
                    titles.pop();
                    titles.push(xml.getText().strip());
                    titles.push("");
                }
                else {
                    add(xml, open.peek(), xml.getText(), entries);
                }
            }
        }
    }

    private static void add(XMLStreamReader xml, List<String> names, String value, List<Entry> entries) {
        if (!value.isBlank() && !names.contains(value)) {
            entries.add(new Entry(xml.getLocation().getLineNumber(), names, value));
        }
    }

    /**
     * The words before a key on its line, the nearest first, then what the line stands under: a section, or lines further left. What
     * stands alone has its name in the comment on its line, or above it.
     */
    private static void ofLines(String text, List<Entry> entries) {
        Deque<Entry> above = new ArrayDeque<>();
        List<String> title = List.of();
        String section = "";
        int number = 0;
        String uncommented = COMMENTED_OUT.matcher(text).replaceAll(comment -> comment.group().replaceAll(".", ""));
        for (String whole : uncommented.lines().toList()) {
            number++;
            String line = COMMENT.matcher(whole).replaceFirst("").stripTrailing();
            List<String> comment = words(KEY.matcher(whole.substring(line.length())).replaceAll(""));
            Matcher header = SECTION.matcher(line.strip());
            if (header.matches()) {
                section = header.group(1);
                above.clear();
            }
            if (line.isBlank() || header.matches() || line.strip().matches("[{}\\[\\](),;-]*")) {
                title = comment.isEmpty() ? title : comment;
                continue;
            }
            int indent = line.length() - line.stripLeading().length();
            while (!above.isEmpty() && above.peek().line >= indent) {
                above.pop();
            }
            List<String> outer = new ArrayList<>();
            above.forEach(one -> outer.addAll(one.names));
            outer.add(section);
            List<MatchResult> keys = KEY.matcher(line).results().toList();
            int from = 0;
            for (MatchResult key : keys) {
                List<String> names = words(SETTLED.matcher(line.substring(from, key.start())).replaceAll(" "));
                if (names.isEmpty()) {
                    comment.stream().filter(GoogleKeys::saysWhose).forEach(names::add);
                    title.stream().filter(GoogleKeys::saysWhose).forEach(names::add);
                }
                names.addAll(outer);
                entries.add(new Entry(number, names, key.group()));
                from = key.end();
            }
            if (keys.isEmpty()) {
                List<String> names = words(line);
                names.addAll(outer);
                entries.add(new Entry(number, names, ""));
            }
            title = line.matches(".*[:=]\\s*\\\\?") ? words(line) : List.of();
            above.push(new Entry(indent, words(line), line));
        }
    }

    private static boolean saysWhose(String word) {
        return OURS.matcher(word).find() || OTHERS.matcher(word).find();
    }

    /** The nearest to its end first. */
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        WORD.matcher(text).results().map(MatchResult::group).forEach(word -> words.add(0, word));
        return words;
    }

    private static List<String> with(String nearest, List<String> names) {
        List<String> all = new ArrayList<>();
        all.add(nearest);
        all.addAll(names);
        return all;
    }
}
