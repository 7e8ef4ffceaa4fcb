package dev.tollgate.jobs;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tollgate.disk.CheckedLine;
import dev.tollgate.disk.CheckedLines;

/**
 * The order in a job's folder, twice: {@code order.ndjson} and {@code order.copy.ndjson}, since without it nobody can tell what
 * is left to do. The first line says what was ordered, by whom and of how many items; each further one holds 100 items. What
 * is damaged in one is taken from the other. Read as a stream. An {@code order.json} of an earlier version is read, too.
 */
final class OrderFile {

    private static final Logger LOG = LoggerFactory.getLogger(OrderFile.class);
    private static final ObjectMapper JSON = JsonMapper.builder().findAndAddModules().build();
    private static final int ITEMS_A_LINE = 100;

    private final Path directory;
    private final JobDisk disk;

    OrderFile(Path directory, JobDisk disk) {
        this.directory = directory;
        this.disk = disk;
    }

    /** An order as it is on the disk. */
    record Read(Job.Order order, AsinList items) {
    }

    /** Both files, one after the other: when it returns they are on the disk. */
    void write(Job.Order order, AsinList items) throws IOException {
        for (Path file : files().toList()) {
            write(file, order, items);
        }
    }

    private void write(Path file, Job.Order order, AsinList items) throws IOException {
        disk.replace(file, out -> {
            out.write(CheckedLine.seal(JSON.writeValueAsBytes(order)));
            for (int from = 0; from < items.size(); from += ITEMS_A_LINE) {
                writeItems(items.subList(from, Math.min(items.size(), from + ITEMS_A_LINE)), out);
            }
        });
    }

    private static void writeItems(List<String> items, OutputStream out) throws IOException {
        out.write(CheckedLine.seal(("{\"items\":\"" + String.join(" ", items) + "\"}").getBytes(StandardCharsets.US_ASCII)));
    }

    /**
     * What was ordered, from whichever file is whole, else from what is readable of both; a file that is not whole is kept
     * aside and written anew. Null when the process died before it was written.
     *
     * @param most items that an order of an earlier version may have
     * @throws IOException           when neither tells what was ordered
     * @throws TooManyItemsException when an order of an earlier version has more; its file stays as it is
     */
    Read read(int most, Instant now) throws IOException {
        List<Part> parts = new ArrayList<>();
        for (Path file : files().filter(Files::exists).toList()) {
            parts.add(part(file, now));
        }
        Path before = directory.resolve("order.json");
        if (parts.isEmpty()) {
            return Files.exists(before) ? earlier(before, most, true) : null;
        }
        Part whole = parts.stream().filter(Part::isWhole).findFirst().orElseGet(() -> both(parts));
        if (whole.order == null) {
            throw new IOException("neither " + files().toList() + " says what was ordered");
        }
        AsinList items = whole.items.build();
        Job.Order order = whole.order;
        if (!whole.isWhole()) {
            LOG.error("The order in {} had {} items, and {} are readable: the job goes on with those", directory,
                    order.total(), items.size());
            order = order.of(items.size());
        }
        if (parts.size() < 2 || !parts.stream().allMatch(Part::isWhole)) {
            mend(parts, order, items);
        }
        return new Read(order, items);
    }

    /** What was ordered, without the items. Null when the process died before it was written, or it is damaged. */
    Job.Order readHead() throws IOException {
        for (Path file : files().filter(Files::exists).toList()) {
            try (CheckedLines lines = CheckedLines.open(file)) {
                CheckedLines.Line first = lines.next();
                JsonNode head = first == null || first.line().state() != CheckedLine.State.SEALED ? null : JSON.readTree(first.line().json());
                if (head != null && head.has("id")) {
                    return JSON.treeToValue(head, Job.Order.class);
                }
            }
        }
        Path before = directory.resolve("order.json");
        return isEarlier() && Files.exists(before) ? earlier(before, 0, false).order() : null;
    }

    private void mend(List<Part> parts, Job.Order order, AsinList items) {
        try {
            for (Path file : files().toList()) {
                if (parts.stream().noneMatch(part -> part.file.equals(file) && part.isWhole())) {
                    write(file, order, items);
                }
            }
        } catch (IOException e) {
            LOG.warn("The damaged order in {} cannot be written anew, which is tried at the next start: {}", directory, e.toString());
        }
    }

    /** Removes what an earlier version wrote, once the order is written anew. */
    void dropEarlier() throws IOException {
        Files.deleteIfExists(directory.resolve("order.json"));
    }

    boolean isEarlier() {
        return files().noneMatch(Files::exists);
    }

    private Stream<Path> files() {
        return Stream.of(directory.resolve("order.ndjson"), directory.resolve("order.copy.ndjson"));
    }

    private Part part(Path file, Instant now) throws IOException {
        Part part = new Part(file);
        DamagedParts damaged = new DamagedParts(file, disk, now);
        long end = 0;
        try (CheckedLines lines = CheckedLines.open(file)) {
            for (CheckedLines.Line line = lines.next(); line != null; line = lines.next()) {
                if (line.line().state() == CheckedLine.State.SEALED) {
                    part.take(line.line().json());
                } else {
                    part.damaged = true;
                    damaged.keep(end, line.line().json(), line.number(), "damaged");
                }
                if (!line.ended() && !part.damaged) {
                    part.damaged = true;
                    LOG.error("{}: the break of its last line is missing", file);
                }
                end = line.end();
            }
        }
        if (!part.damaged && !part.isWhole()) {
            LOG.error("{} holds {} of {} items: it was cut off", file, part.items.size(), part.order == null ? "its" : part.order.total());
        }
        return part;
    }

    private Part both(List<Part> parts) {
        Part both = new Part(directory);
        both.damaged = true;
        for (Part part : parts) {
            both.order = both.order == null ? part.order : both.order;
            part.items.build().forEach(both.items::add);
        }
        return both;
    }

    private static Read earlier(Path file, int most, boolean keeps) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            OrderReader.Ordered ordered = OrderReader.readFile(in, most, keeps);
            ObjectNode head = ordered.fields();
            JsonNode fields = head.path("order");
            if (!fields.isObject() || ordered.asins() == null || !head.hasNonNull("id") || !head.hasNonNull("type")) {
                throw new IOException(file + " is not an order");
            }
            if (ordered.skipped() > 0) {
                LOG.warn("{}: {} entries are no ASINs and are left out", file, ordered.skipped());
            }
            return new Read(new Job.Order(head.path("id").asText(), head.path("type").asText(),
                    JSON.convertValue(head.path("orderedAt"), Instant.class), Job.OPERATOR,
                    keeps ? ordered.asins().size() : ordered.counted(), fields), ordered.asins());
        }
    }

    /** What one of the two files says. */
    private static final class Part {

        private final Path file;
        private final AsinList.Builder items;
        private Job.Order order;
        private boolean damaged;

        Part(Path file) {
            this.file = file;
            this.items = new AsinList.Builder(Integer.MAX_VALUE);
        }

        void take(byte[] content) throws IOException {
            JsonNode line = JSON.readTree(content);
            if (line.has("id")) {
                order = JSON.treeToValue(line, Job.Order.class);
                return;
            }
            for (String item : line.path("items").asText().split(" ")) {
                items.add(item);
            }
        }

        boolean isWhole() {
            return !damaged && order != null && items.size() == order.total();
        }
    }
}
