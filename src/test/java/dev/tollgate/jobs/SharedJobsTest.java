package dev.tollgate.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.unit.DataSize;

import dev.tollgate.LogLines;
import dev.tollgate.cluster.Nodes;
import dev.tollgate.gateway.Refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Jobs that several nodes have together, in a real database. */
@Timeout(120)
class SharedJobsTest {

    /** One of the nodes, with its way to the database. */
    private record Node(Jobs jobs, SharedJobs store, Nodes.Way way) {
    }

    @TempDir
    Path folder;

    private Nodes nodes;
    private JdbcClient sql;
    private DataSize most = DataSize.ofMegabytes(1);
    private JobKind kind = new TestKind();
    private Node a;
    private Node b;

    @BeforeEach
    void start() {
        nodes = new Nodes(folder);
        sql = JdbcClient.create(nodes.database());
        a = node("a");
        b = node("b");
    }

    @AfterEach
    void end() throws IOException {
        nodes.close();
    }

    @Test
    void ordersOfAllNodesAreTakenOneAfterTheOtherAndBoundedTogether() {
        List<CompletableFuture<Jobs.Ordered>> orders = IntStream.range(0, 16).mapToObj(n -> CompletableFuture.supplyAsync(() ->
                (n % 2 == 0 ? a : b).jobs.orderOnce(order("key-1", 1), "once"))).toList();

        assertThat(orders).extracting(order -> order.join().job().id()).as("the same key").containsOnly(orders.get(0).join().job().id());
        assertThat(orders.stream().filter(order -> order.join().isNew())).hasSize(1);
        assertThatThrownBy(() -> b.jobs.orderOnce(order("key-1", 2), "once")).isInstanceOf(Refusal.class).hasMessageContaining("another order");
        assertThat(b.jobs.order(order("key-1", 3).named("at-two")).isNew()).isTrue();
        assertThat(a.jobs.order(order("key-1", 3).named("at-two")).repeated()).isEqualTo(Jobs.Repeated.ID);
        assertThatThrownBy(() -> a.jobs.order(order("key-1", 1))).isInstanceOf(Refusal.class).hasMessageContaining("tollgate.jobs.max-open");
        assertThatThrownBy(() -> a.jobs.order(order("key-2", 22))).isInstanceOf(Refusal.class).hasMessageContaining("max-open-items");
        assertThat(a.jobs.all()).extracting(Job::id).containsExactlyElementsOf(b.jobs.all().stream().map(Job::id).toList()).hasSize(2);
    }

    @Test
    void whoHasAJobWritesItAndAllSeeIt() throws IOException {
        String id = a.jobs.order(order("key-1", 3)).job().id();
        Job job = claimed(a);
        assertThat(b.jobs.next(TestKind.TYPE)).isEmpty();
        b.store.tend();
        assertThat(b.jobs.next(TestKind.TYPE)).as("another node has it").isEmpty();

        job.run();
        job.append(List.of(line(1, true), line(0, false)), 7, now());
        job.holdUpUntil("Keepa answered 503; trying again", now().plusSeconds(300));
        a.store.tend();

        Job seen = b.jobs.find(id).orElseThrow();
        assertThat(b.jobs.state(seen)).isEqualTo(JobState.WAITING);
        assertThat(seen.message()).startsWith("Keepa answered 503; trying again. Next try at");
        assertThat(seen.totals()).isEqualTo(new JobJournal.Totals(1, 1, 7));
        assertThat(seen.left()).isEqualTo(1);
        assertThat(results(b, id)).isEqualTo("{\"asin\":\"B000000001\"}\n{\"asin\":\"B000000000\"}\n");
        assertThat(sql.sql("SELECT OrderText FROM SharedJobs").query(String.class).single()).contains("tg1:sealed");

        job.append(List.of(line(2, true)), 1, now());

        assertThat(b.jobs.state(b.jobs.find(id).orElseThrow())).isEqualTo(JobState.DONE);
        assertThat(b.jobs.find(id).orElseThrow().message()).isNull();
        assertThat(sql.sql("SELECT OrderText FROM SharedJobs").query(String.class).single()).as("the secret goes with the end").doesNotContain("tg1:");
        assertThat(sql.sql("SELECT COUNT(*) FROM SharedJobParts").query(Integer.class).single()).isZero();
        assertThat(a.jobs.next(TestKind.TYPE)).isEmpty();
    }

    @Test
    void whoNoLongerHasAJobIsRefusedAndItsLinesAreKeptWhereTheyAreAbsent() throws IOException {
        String id = a.jobs.order(order("key-1", 4)).job().id();
        Job late = claimed(a);
        late.append(List.of(line(0, true)), 1, now());
        sql.sql("UPDATE SharedJobParts SET NodeID = 'b', ClaimEpoch = ClaimEpoch + 1").update(); // as if a had been dead to b
        Job next = claimed(b);
        assertThat(next.pending(10)).as("goes on from what is there").hasSize(3);
        next.append(List.of(line(1, true)), 1, now());

        try (LogLines log = new LogLines("dev.tollgate.jobs")) {
            late.append(List.of(line(1, true), line(2, true)), 2, now());
            assertThat(log.containing("WARN", "Node a no longer has job " + id + ": of 2 results that came late 1 were not there yet")).hasSize(1);
        }

        assertThat(late.isOver()).isTrue();
        assertThat(a.jobs.next(TestKind.TYPE)).isEmpty();
        next.append(List.of(line(2, true), line(3, true)), 2, now());
        Job done = a.jobs.find(id).orElseThrow();
        assertThat(done.state()).isEqualTo(JobState.DONE);
        assertThat(done.totals()).as("each line once, and every token").isEqualTo(new JobJournal.Totals(4, 0, 6));
        assertThat(results(a, id).split("\n")).hasSize(4).doesNotHaveDuplicates();
    }

    @Test
    void whatIsPaidWhileTheDatabaseIsAwayIsWrittenWhenItIsBackAndNothingMoreIsBought() throws IOException {
        String id = a.jobs.order(order("key-1", 3)).job().id();
        Job job = claimed(a);
        a.way.cut(true);
        job.append(List.of(line(0, true)), 5, now());

        assertThat(job.state()).isEqualTo(JobState.WAITING);
        assertThat(job.message()).contains("1 that are paid for wait at node a");
        assertThat(a.jobs.writeAgain(TestKind.TYPE)).isFalse();
        assertThat(job.hasRoomFor(1, 1, now())).isFalse();
        assertThat(b.jobs.find(id).orElseThrow().totals().done()).isZero();
        assertThat(job.pending(10)).as("nothing is asked again").hasSize(2);
        assertThat(a.jobs.mayOrder("key-1", 1)).isFalse();

        assertThat(folder.resolve("a/jobs-in-hand")).as("in case this process is killed").isNotEmptyDirectory();

        a.way.cut(false);
        await().until(() -> a.jobs.writeAgain(TestKind.TYPE));
        assertThat(b.jobs.find(id).orElseThrow().totals()).isEqualTo(new JobJournal.Totals(1, 0, 5));
        assertThat(folder.resolve("a/jobs-in-hand")).isEmptyDirectory();
    }

    @Test
    void whatAKilledNodeHadInHandIsWrittenWhenItIsStartedAgain() throws IOException {
        String id = a.jobs.order(order("key-1", 3)).job().id();
        Job job = claimed(a);
        a.way.cut(true);
        job.append(List.of(line(0, true), line(1, true)), 5, now());
        sql.sql("UPDATE SharedJobParts SET NodeID = 'b', ClaimEpoch = ClaimEpoch + 1").update(); // as if a had been dead to b
        claimed(b).append(List.of(line(1, true)), 2, now());

        Files.createDirectories(folder.resolve("c"));
        Files.move(folder.resolve("a/jobs-in-hand"), folder.resolve("c/jobs-in-hand")); // its data-dir, at the next start
        Node again = node("c");
        again.store.tend();

        assertThat(b.jobs.find(id).orElseThrow().totals()).as("both have paid").isEqualTo(new JobJournal.Totals(2, 0, 7));
        assertThat(folder.resolve("c/jobs-in-hand")).isEmptyDirectory();
    }

    @Test
    void whatWasWrittenWithoutHearingThatItWasIsCountedOnce() throws IOException {
        String id = a.jobs.order(order("key-1", 3)).job().id();
        Job job = claimed(a);
        a.way.cut(true);
        job.append(List.of(line(0, true)), 5, now());
        long epoch = sql.sql("SELECT ClaimEpoch FROM SharedJobParts").query(Long.class).single();
        b.store.rows().append(new JobRows.PartId(id, 0), epoch, List.of(line(0, true)), 5, false, false, b.jobs.find(id).orElseThrow().order);

        a.way.cut(false);
        await().until(() -> a.jobs.writeAgain(TestKind.TYPE));
        assertThat(b.jobs.find(id).orElseThrow().totals()).isEqualTo(new JobJournal.Totals(1, 0, 5));
        assertThat(job.isOver()).isFalse();
    }

    @Test
    void nodesShareAJobOfPartsAndItEndsWithTheLast() throws IOException {
        kind = new TestKind(2);
        a = node("c");
        b = node("d");
        String id = a.jobs.order(order("key-1", 5)).job().id();
        Job first = claimed(a);
        Job second = claimed(b);
        assertThat(first.pending(10)).containsExactly("B000000000", "B000000001");
        assertThat(second.pending(10)).containsExactly("B000000002", "B000000003");

        second.append(List.of(line(2, true), line(3, true)), 0, now());
        assertThat(a.jobs.find(id).orElseThrow().state().isEnd()).isFalse();
        first.append(List.of(line(0, true), line(1, false)), 0, now());
        a.store.tend();
        b.store.tend();
        Job third = Stream.of(a, b).flatMap(node -> node.jobs.due(TestKind.TYPE)).findFirst().orElseThrow();
        assertThat(third.totals()).as("of the whole job").isEqualTo(new JobJournal.Totals(3, 1, 0));
        third.append(List.of(line(4, true)), 0, now());

        assertThat(a.jobs.find(id).orElseThrow().state()).isEqualTo(JobState.DONE);
        assertThat(a.jobs.find(id).orElseThrow().totals()).isEqualTo(new JobJournal.Totals(4, 1, 0));
    }

    @Test
    void aJobThatIsCancelledAtAnyNodeEndsAtAll() throws IOException {
        String id = a.jobs.order(order("key-1", 3)).job().id();
        Job job = claimed(a);
        b.jobs.find(id).orElseThrow().finish(JobState.CANCELLED, "Cancelled", now());
        a.store.tend();

        assertThat(job.isOver()).isTrue();
        job.append(List.of(line(0, true)), 1, now());
        Job ended = a.jobs.find(id).orElseThrow();
        assertThat(ended.state()).isEqualTo(JobState.CANCELLED);
        assertThat(ended.totals().done()).as("what is paid for is kept").isEqualTo(1);
        assertThat(results(b, id)).isEqualTo("{\"asin\":\"B000000000\"}\n");
    }

    @Test
    void resultsFillNoMoreThanTheyMayAndGoWithTheirJob() throws IOException {
        most = DataSize.ofBytes(60);
        a = node("c");
        String id = a.jobs.order(order("key-1", 3)).job().id();
        Job job = claimed(a);
        job.append(List.of(line(0, true), line(1, true)), 0, now());
        a.store.tend();

        assertThat(job.hasRoomFor(1, 1, now())).isFalse();
        assertThat(job.message()).contains("tollgate.jobs.max-shared-size");
        assertThatThrownBy(() -> a.jobs.order(order("key-2", 1))).isInstanceOf(Refusal.class).hasMessageContaining("tollgate.jobs.max-shared-size")
                .satisfies(no -> assertThat(((Refusal) no).getStatus()).isEqualTo(507));

        job.finishOrWait(JobState.FAILED, "enough", now());
        sql.sql("UPDATE SharedJobs SET EndedAt = EndedAt - ?").param(Duration.ofDays(3).toMillis()).update();
        b.jobs.care();
        assertThat(a.jobs.find(id)).isEmpty();
        assertThat(sql.sql("SELECT COUNT(*) FROM SharedJobLines").query(Integer.class).single()).isZero();
        a.jobs.order(order("key-2", 1));
    }

    private Job claimed(Node node) {
        node.jobs.due(TestKind.TYPE).toList(); // somebody asks for work
        node.store.tend();
        return node.jobs.next(TestKind.TYPE).orElseThrow();
    }

    private static NewJob order(String owner, int items) {
        return new NewJob(TestKind.TYPE, JsonNodeFactory.instance.objectNode().put("refreshToken", "tg1:sealed"),
                Asins.once(IntStream.range(0, items).mapToObj("B%09d"::formatted).toList()), owner);
    }

    private static JobJournal.Entry line(int item, boolean done) {
        String asin = "B%09d".formatted(item);
        return new JobJournal.Entry(asin, "{\"asin\":\"" + asin + "\"}", done);
    }

    private static String results(Node node, String id) throws IOException {
        return new String(node.jobs.find(id).orElseThrow().openResults().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static Instant now() {
        return Clock.systemUTC().instant();
    }

    private Node node(String name) {
        try {
            return started(name);
        }
        catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Node started(String name) throws IOException {
        Nodes.Way way = nodes.way();
        JobProperties properties = new JobProperties(20, 2, 25, Duration.ofDays(2), 3, most, DataSize.ofKilobytes(1), Duration.ZERO);
        SharedJobs store = new SharedJobs(nodes.start(name, way), folder.resolve(name), List.of(kind), Clock.systemUTC(), properties);
        return new Node(new Jobs(List.of(kind), Clock.systemUTC(), properties, store), store, way);
    }
}
