package dev.tollgate.xai;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.StatusSection;

/** The xAI policy in {@code /status}. */
@Component
class XaiStatusSection implements StatusSection {

    private final JudgePolicy judge;
    private final XaiBooks books;
    private final CircuitBreaker breaker;
    private final XaiKey key;

    XaiStatusSection(JudgePolicy judge, XaiBooks books, CircuitBreaker judgeBreaker, XaiKey key) {
        this.judge = judge;
        this.books = books;
        this.breaker = judgeBreaker;
        this.key = key;
    }

    @Override
    public String name() {
        return "xai";
    }

    @Override
    public Map<String, Object> snapshot() {
        XaiStatus status = judge.status();
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("callsToday", status.callsToday());
        numbers.put("dailyLimit", status.dailyLimit());
        numbers.put("resetsAt", status.resetsAt());
        numbers.put("cacheEntries", status.cacheEntries());
        numbers.put("cacheHits", status.cacheHits());
        numbers.put("cacheMisses", status.cacheMisses());
        numbers.put("fallbacks", status.fallbacks());
        numbers.put("breaker", breaker.getState().name());
        numbers.put("learnedToday", books.learnedToday());
        numbers.put("costTodayInUsdTicks", books.costTodayInUsdTicks());
        numbers.put("warning", status.warning());
        numbers.put("unknownUsages", books.unknownUsages());
        numbers.put("missing", key.isThere() ? List.of() : List.of(XaiKey.VARIABLE));
        return numbers;
    }
}
