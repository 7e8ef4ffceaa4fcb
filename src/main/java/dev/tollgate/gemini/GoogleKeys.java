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
    private static final Pattern OTHERS = Pattern.compile("(?i)\\bx\\W?_?ai(?:$|[^a-z])|grok|groq|open_?-?ai|azure|anthropic|claude|"
            + "keepa|amazon|aws|sp.?api|lwa|mistral|cohere|deepseek|perplexity|hugging|maps|youtube|firebase|translate|places");
    private static final Pattern OF_A_KEY = Pattern.compile("(?i)key|google");
    private static final Pattern SECTION = Pattern.compile("\\[([^\\[\\]:=()]+)]");
    private static final Pattern COMMENT = Pattern.compile("(?:^|\\s)(?:#|//|;|--\\s|::|\\*|<!--|/\\*).*|^(?i:rem)\\s.*");
    private static final ObjectMapper JSON = JsonMapper.builder().enable(JsonReadFeature.ALLOW_JAVA_COMMENTS,
            JsonReadFeature.ALLOW_YAML_COMMENTS, JsonReadFeature.ALLOW_SINGLE_QUOTES, JsonReadFeature.ALLOW_TRAILING_COMMA,
            JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES).build();

    private GoogleKeys() {
    }

    /** @param text decoded; of any form */
    static Found in(String text) {
        List<Entry> entries = entries(text.replaceAll("[\\u200B-\\u200D\\u2060\\uFEFF]", "").replaceAll("[\\u00A0\\u2007\\u202F]", " "));
        for (int rank = 0; rank <= 2; rank++) {
            for (Entry entry : entries) {
                Optional<String> key = KEY.matcher(entry.value).results().map(MatchResult::group)
                        .filter(found -> !found.contains("..")).findFirst();
                if (key.isPresent() && rank(entry.names) == rank) {
                    return new Found(key.get(), null);
                }
            }
        }
        return entries.isEmpty() ? Found.NOTHING : new Found(null, trouble(entries));
    }

    /** 0 for names of Gemini, 1 for those of a key of nobody in particular, 2 for none; more for what must not be taken. */
    private static int rank(List<String> names) {
        for (String name : names) {
            if (OURS.matcher(name).find()) {
                return 0;
            }
            if (OTHERS.matcher(name).find()) {
                return Integer.MAX_VALUE;
            }
        }
        return names.stream().anyMatch(name -> OF_A_KEY.matcher(name).find()) ? 1 : 2;
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
                + (others.isEmpty() ? "" : "; what is for another provider, in line " + shown(others) + ", is not taken");
    }

    private static String shown(TreeSet<Integer> lines) {
        return String.join(", ", lines.stream().limit(5).map(String::valueOf).toList()) + (lines.size() > 5 ? ", …" : "");
    }

    private static List<Entry> entries(String text) {
        String start = text.strip();
        List<Entry> entries = new ArrayList<>();
        try {
            if (start.startsWith("{") || start.startsWith("[{")) {
                ofJson(JSON.readTree(text), List.of(), entries);
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
            for (String title : List.of("name", "Name", "key", "Key")) { // {"name":"XAI_API_KEY","value":"…"}
                inner = node.path(title).isTextual() && !KEY.matcher(node.path(title).asText()).find()
                        ? with(node.path(title).asText(), inner) : inner;
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

    private static void ofXml(String text, List<Entry> entries) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newInstance();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        XMLStreamReader xml = factory.createXMLStreamReader(new StringReader(text.strip()));
        Deque<List<String>> open = new ArrayDeque<>();
        open.push(List.of());
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                List<String> names = with(xml.getLocalName(), open.peek());
                for (int i = 0; i < xml.getAttributeCount(); i++) {
                    boolean title = xml.getAttributeLocalName(i).matches("(?i)key|name|id");
                    names = title && !KEY.matcher(xml.getAttributeValue(i)).find() ? with(xml.getAttributeValue(i), names) : names;
                }
                for (int i = 0; i < xml.getAttributeCount(); i++) {
                    add(xml, with(xml.getAttributeLocalName(i), names), xml.getAttributeValue(i), entries);
                }
                open.push(names);
            }
            else if (event == XMLStreamConstants.END_ELEMENT) {
                open.pop();
            }
            else if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
                add(xml, open.peek(), xml.getText(), entries);
            }
        }
    }

    private static void add(XMLStreamReader xml, List<String> names, String value, List<Entry> entries) {
        if (!value.isBlank() && !names.contains(value)) {
            entries.add(new Entry(xml.getLocation().getLineNumber(), names, value));
        }
    }

    /** The words before a key on its line, the nearest first, then what the line stands under: a section, or lines further left. */
    private static void ofLines(String text, List<Entry> entries) {
        Deque<Entry> above = new ArrayDeque<>();
        String section = "";
        int number = 0;
        for (String whole : text.lines().toList()) {
            number++;
            String line = COMMENT.matcher(whole).replaceFirst("").stripTrailing();
            Matcher header = SECTION.matcher(line.strip());
            if (header.matches()) {
                section = header.group(1);
                above.clear();
            }
            if (line.isBlank() || header.matches() || line.strip().matches("[{}\\[\\](),;-]*")) {
                continue;
            }
            int indent = line.length() - line.stripLeading().length();
            while (!above.isEmpty() && above.peek().line >= indent) {
                above.pop();
            }
            List<String> outer = new ArrayList<>();
            above.forEach(one -> outer.addAll(one.names));
            outer.add(section);
            List<Integer> keys = new ArrayList<>(KEY.matcher(line).results().map(MatchResult::start).toList());
            if (keys.isEmpty()) {
                keys.add(line.length());
            }
            int from = 0;
            for (int at : keys) {
                List<String> words = new ArrayList<>();
                WORD.matcher(line.substring(from, at)).results().map(MatchResult::group).forEach(word -> words.add(0, word));
                List<String> names = upToTheKeysName(words);
                names.addAll(outer);
                entries.add(new Entry(number, names, line.substring(at)));
                from = at;
            }
            above.push(new Entry(indent, new ArrayList<>(WORD.matcher(line).results().map(MatchResult::group).toList()), line));
        }
    }

    /** Words further off are of another setting on the same line. */
    private static List<String> upToTheKeysName(List<String> words) {
        List<String> names = new ArrayList<>();
        for (String word : words) {
            names.add(word);
            if (OURS.matcher(word).find() || OF_A_KEY.matcher(word).find()) {
                break;
            }
        }
        return names;
    }

    private static List<String> with(String nearest, List<String> names) {
        List<String> all = new ArrayList<>();
        all.add(nearest);
        all.addAll(names);
        return all;
    }
}
