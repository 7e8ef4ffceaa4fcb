package dev.tollgate.tomcat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How requests come to their virtual threads when many arrive at once. */
class InTurnTest {

    private final Deque<Runnable> threads = new ArrayDeque<>();
    private final List<String> served = new ArrayList<>();

    @Test
    void howeverManyArriveThePollerStartsOneThreadWhichStartsTheOthersInTheirOrder() {
        InTurn inTurn = new InTurn(threads::add);

        List.of("first", "second", "third").forEach(name -> inTurn.execute(() -> served.add(name)));
        assertThat(threads).as("started by the poller").hasSize(1);

        threads.poll().run();
        assertThat(threads).as("started by that one").hasSize(3);
        runAll();
        assertThat(served).containsExactly("first", "second", "third");
    }

    @Test
    void whatArrivesAfterAllAreStartedIsStartedToo() {
        InTurn inTurn = new InTurn(threads::add);
        inTurn.execute(() -> served.add("first"));
        runAll();

        inTurn.execute(() -> served.add("second"));
        runAll();

        assertThat(served).containsExactly("first", "second");
    }

    @Test
    void aRequestThatGetsNoThreadDoesNotKeepTheNextOnesFromTheirs() {
        List<Runnable> started = new ArrayList<>();
        InTurn inTurn = new InTurn(task -> {
            started.add(task);
            if (started.size() == 2) {
                throw new RejectedExecutionException("no thread");
            }
            threads.add(task);
        });

        List.of("first", "second", "third").forEach(name -> inTurn.execute(() -> served.add(name)));
        runAll();

        assertThat(served).containsExactly("second", "third");
    }

    @Test
    void withoutAThreadForTheFirstThePollerIsToldAndTheNextRequestIsServed() {
        Executor[] threadsNow = {task -> {
            throw new RejectedExecutionException("no thread");
        }};
        InTurn inTurn = new InTurn(task -> threadsNow[0].execute(task));
        assertThatThrownBy(() -> inTurn.execute(() -> served.add("refused"))).isInstanceOf(RejectedExecutionException.class);

        threadsNow[0] = threads::add;
        inTurn.execute(() -> served.add("next"));
        runAll();

        assertThat(served).containsExactly("next");
    }

    @Test
    void ofManyThatArriveFromSeveralThreadsAtOnceNoneIsForgotten() throws InterruptedException {
        int pollers = 4;
        int each = 50_000;
        CountDownLatch left = new CountDownLatch(pollers * each);
        ExecutorService workers = Executors.newFixedThreadPool(2);
        ExecutorService arrivals = Executors.newFixedThreadPool(pollers);
        try {
            InTurn inTurn = new InTurn(workers);
            for (int poller = 0; poller < pollers; poller++) {
                arrivals.execute(() -> {
                    for (int i = 0; i < each; i++) {
                        inTurn.execute(left::countDown);
                    }
                });
            }
            assertThat(left.await(60, TimeUnit.SECONDS)).as("all served, but for %d", left.getCount()).isTrue();
        } finally {
            arrivals.shutdownNow();
            workers.shutdownNow();
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void virtualThreadsAreStartedInTurnAndThoseOfTheSystemAreLeftAsTheyAre() {
        AttentiveProtocol protocol = new AttentiveProtocol();

        protocol.setExecutor(new VirtualThreadExecutor("tomcat-handler-"));
        assertThat(protocol.getExecutor()).isInstanceOf(InTurn.class);

        Executor pool = Runnable::run;
        protocol.setExecutor(pool);
        assertThat(protocol.getExecutor()).isSameAs(pool);
    }

    private void runAll() {
        while (!threads.isEmpty()) {
            threads.poll().run();
        }
    }
}
