package dev.tollgate.kit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tollgate.disk.CheckedLine;
import dev.tollgate.disk.CheckedLines;
import dev.tollgate.disk.FileOwner;
import dev.tollgate.disk.LineLog;

/** The answers of one cache on disk, each synced before anybody has it, so that none that was paid for is asked for again. */
final class CacheJournal implements Closeable {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** Bytes of the longest answer that is kept on disk, with its headers; a longer one is kept in memory only. */
    private static final int LONGEST = CheckedLines.MAX_LINE - 100;

    private final Path file;
    private final FileOwner owner;
    private final long longestFile;
    private LineLog log;

    private CacheJournal(Path file, FileOwner owner, long longestFile) {
        this.file = file;
        this.owner = owner;
        this.longestFile = longestFile;
    }

    /**
     * Opens or makes a journal.
     *
     * @param longestFile bytes above which it is written anew with what the cache still holds
     * @param known told every answer in it, oldest first
     * @throws dev.tollgate.disk.FileInUseException when another process owns it
     * @throws IOException when it cannot be read; damage inside it is said, and the rest is read
     */
    static CacheJournal open(Path file, long longestFile, BiConsumer<String, KeptAnswer> known) throws IOException {
        FileOwner owner = FileOwner.claim(file);
        try {
            LineLog.recover(file);
            if (Files.exists(file)) {
                try (CheckedLines lines = CheckedLines.open(file)) {
                    for (CheckedLines.Line line = lines.next(); line != null; line = lines.next()) {
                        if (line.line().isReadable()) {
                            JsonNode kept = JSON.readTree(line.line().json());
                            known.accept(kept.path("key").asText(), answer(kept));
                        }
                    }
                }
            }
            CacheJournal journal = new CacheJournal(file, owner, longestFile);
            journal.log = LineLog.open(file, LineLog.Durability.SYNCED);
            return journal;
        } catch (IOException | RuntimeException failed) {
            owner.close();
            throw failed;
        }
    }

    /**
     * Keeps an answer; it is on disk when this returns.
     *
     * @param all what the cache holds, for a file that has grown too long
     * @throws IOException when it is not certainly on disk
     */
    void keep(String key, KeptAnswer answer, Map<String, KeptAnswer> all) throws IOException {
        byte[] line = line(key, answer);
        if (line.length > LONGEST) {
            return;
        }
        LineLog written;
        long position;
        synchronized (this) {
            if (log == null || log.isBroken() || log.isDisplaced() || log.length() > longestFile) {
                rewrite(all);
            }
            position = log.append(line);
            written = log;
        }
        written.sync(position);
    }

    /** A new file with what the cache holds; the old one stands until the new one is whole. */
    private void rewrite(Map<String, KeptAnswer> all) throws IOException {
        if (log != null) {
            log.abandon();
            log = null;
        }
        Path next = file.resolveSibling(file.getFileName() + ".new");
        LineLog.delete(next);
        try (LineLog fresh = LineLog.open(next, LineLog.Durability.SYNCED)) {
            for (Map.Entry<String, KeptAnswer> one : all.entrySet()) {
                byte[] line = line(one.getKey(), one.getValue());
                if (line.length <= LONGEST) {
                    fresh.append(line);
                }
            }
        }
        LineLog.move(next, file);
        log = LineLog.open(file, LineLog.Durability.SYNCED);
    }

    private static byte[] line(String key, KeptAnswer answer) throws IOException {
        ObjectNode kept = JSON.createObjectNode().put("key", key).put("at", answer.at().toEpochMilli()).put("body", answer.body());
        ObjectNode headers = kept.putObject("headers");
        answer.headers().forEach((name, value) -> {
            if (value instanceof Integer number) {
                headers.put(name, number);
            }
            else {
                headers.put(name, value.toString());
            }
        });
        return CheckedLine.seal(JSON.writeValueAsBytes(kept));
    }

    private static KeptAnswer answer(JsonNode kept) throws IOException {
        Map<String, Object> headers = JSON.convertValue(kept.path("headers"), new TypeReference<LinkedHashMap<String, Object>>() { });
        return new KeptAnswer(headers, kept.path("body").binaryValue(), Instant.ofEpochMilli(kept.path("at").asLong()));
    }

    @Override
    public synchronized void close() throws IOException {
        try (FileOwner held = owner) {
            if (log != null) {
                log.close();
            }
        }
    }
}
