package dev.tollgate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Files that people drop into the inbox, on a clock that runs so fast that ten seconds are none. */
class KeepaInboxTest extends KeepaTest {

    private final Path inbox = data.resolve("inbox");
    private Gateway gateway;

    @BeforeEach
    void openGateway() throws IOException {
        gateway = new Gateway(port);
        clock.speed(30);
        Files.createDirectories(inbox);
    }

    @Test
    void aListIsOrderedAndItsJobTellsWhatWasSkipped() throws Exception {
        drop("skips.csv", "title;asin\nRice;B100000001\nTea;B100000002\nOil;soon\nTea again;B100000002\n");

        until(() -> moved("done", "-skips.csv"));
        JsonNode job = job("skips.csv");
        until(() -> gateway.get("/jobs/" + job.path("jobId").asText()).json().path("state").asText().equals("done"));
        assertThat(stub.calls()).extracting(call -> call.target()).contains("/product?key=" + KEY + "&domain=1&asin=B100000001,B100000002");
        assertThat(gateway.get("/jobs/" + job.path("jobId").asText()).json().path("message").asText()).as("also when it is done").isEqualTo(
                "2 ASINs of skips.csv are ordered. 1 repeat one that stands before."
                        + " 1 is skipped: row 4, where “soon” is neither an ASIN nor an ISBN.");
    }

    @Test
    void whatIsNotFinishedIsNotTaken() throws Exception {
        for (String name : List.of(".list.csv", "list.csv.part")) {
            drop(name, "B300000001\n");
        }
        drop("finished.csv", "B300000002\n");

        until(() -> moved("done", "-finished.csv"));
        for (String name : List.of(".list.csv", "list.csv.part")) {
            assertThat(inbox.resolve(name)).exists();
        }
        Files.move(inbox.resolve("list.csv.part"), inbox.resolve("list.csv"));
        until(() -> moved("done", "-list.csv"));
    }

    @Test
    void whatCannotBeReadIsMovedAwayBesideTheReason() throws Exception {
        drop("words.txt", "nothing here");
        drop("sheet.xlsx", "PK\3\4");
        drop("book.csv", "PK\3\4");
        Files.write(inbox.resolve("long.txt"), IntStream.rangeClosed(0, 100_000).mapToObj("B%09d"::formatted).toList());
        drop("good.txt", "B400000001");

        for (String name : List.of("words.txt", "sheet.xlsx", "book.csv", "long.txt")) {
            until(() -> moved("failed", "-" + name));
            until(() -> moved("failed", "-" + name + ".reason.txt"));
        }
        until(() -> moved("done", "-good.txt"));
        assertThat(reason("words.txt")).isEqualTo("There is no ASIN in the file. 2 are skipped: row 1, where “nothing” is neither an ASIN"
                + " nor an ISBN; row 1, where “here” is neither an ASIN nor an ISBN.\n");
        assertThat(reason("sheet.xlsx")).contains("Save the sheet as CSV");
        assertThat(reason("book.csv")).contains("is a workbook");
        assertThat(reason("long.txt")).contains("tollgate.jobs.max-items");
    }

    @Test
    void aFileThatCannotBeMovedAwayKeepsNobodyWaiting() throws Exception {
        clock.speed(2);
        Path blocked = Files.createDirectories(inbox.resolve("failed"));
        Path aside = data.resolve("failed-before-" + System.nanoTime());
        Files.move(blocked, aside);
        Files.writeString(blocked, "a file where the folder should be");
        try {
            Files.setLastModifiedTime(drop("bad.txt", "nothing here"), FileTime.from(Instant.EPOCH));
            drop("after.txt", "B500000001");

            until(() -> moved("done", "-after.txt"));
            assertThat(inbox.resolve("bad.txt")).exists();
        }
        finally {
            Files.delete(blocked);
            Files.move(aside, blocked);
            Files.deleteIfExists(inbox.resolve("bad.txt"));
        }
    }

    @Test
    void theSameListWithItsOldTimeIsANewOrderUnderANewNameOnly() throws Exception {
        for (String name : List.of("week.csv", "week.csv", "week 2.csv")) {
            Files.setLastModifiedTime(drop(name, "asin\nB600000001\n"), FileTime.from(Instant.parse("2021-01-01T00:00:00Z")));
            until(() -> !Files.exists(inbox.resolve(name)));
            clock.leap(Duration.ofSeconds(30)); // so that the next of its name is another one
        }
        assertThat(Stream.of(gateway.get("/jobs?limit=1000").json()).flatMap(jobs -> jobs.findValuesAsText("message").stream())
                .filter(message -> message.contains("of week"))).containsExactlyInAnyOrder("1 ASINs of week.csv are ordered.", "1 ASINs of week 2.csv are ordered.");
    }

    /** A name appears whole, as a rename makes it. */
    private Path drop(String name, String text) throws IOException {
        Path beside = Files.writeString(data.resolve("dropping"), text);
        return Files.move(beside, inbox.resolve(name));
    }

    private boolean moved(String folder, String end) {
        String[] names = inbox.resolve(folder).toFile().list();
        return names != null && Stream.of(names).anyMatch(name -> name.endsWith(end));
    }

    private String reason(String name) throws IOException {
        try (Stream<Path> files = Files.list(inbox.resolve("failed"))) {
            return Files.readString(files.filter(file -> file.toString().endsWith("-" + name + ".reason.txt")).findFirst().orElseThrow());
        }
    }

    private JsonNode job(String name) {
        for (JsonNode job : gateway.get("/jobs?limit=1000").json()) {
            if (job.path("message").asText().contains("of " + name + " are")) {
                return job;
            }
        }
        throw new AssertionError("No job of " + name);
    }

    private static void until(Callable<Boolean> done) {
        patient().until(done);
    }

    private static ConditionFactory patient() {
        return await().atMost(Duration.ofSeconds(60));
    }
}
