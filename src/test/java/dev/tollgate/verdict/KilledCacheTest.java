package dev.tollgate.verdict;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tollgate.disk.ChildJvm;
import dev.tollgate.disk.Crowd;

import static org.assertj.core.api.Assertions.assertThat;

class KilledCacheTest {

    @TempDir
    Path directory;

    /** Saves from 16 threads without end and prints each key whose answer it was handed back. */
    static final class Saver {
        public static void main(String[] arguments) throws Exception {
            try (VerdictCache cache = open(Path.of(arguments[0]))) {
                Crowd.of(16, n -> () -> {
                    for (int i = 0; ; i++) {
                        String key = arguments[1] + "/" + n + "/" + i;
                        cache.save(new VerdictKey(key), i % 2 == 0);
                        System.out.println(key);
                    }
                });
            }
        }
    }

    @Test
    void everyAnswerThatACallerHadIsThereAfterAKill() throws Exception {
        Path dictionary = directory.resolve("xai_cache.json");
        int had = 0;
        for (String life : List.of("first", "second", "third")) {
            ChildJvm saver = ChildJvm.start(List.of(), Saver.class, dictionary.toString(), life);
            List<String> keys = saver.lines(500);
            saver.kill();
            keys.addAll(saver.lines(Integer.MAX_VALUE).stream().filter(line -> line.matches(life + "/\\d+/\\d+")).toList());
            had += keys.size();
            try (VerdictCache cache = open(dictionary)) {
                assertThat(keys.subList(0, 500)).allMatch(key -> cache.lookup(new VerdictKey(key)).isHit());
                assertThat(cache.view().entries()).isGreaterThanOrEqualTo(had);
            }
        }
    }

    private static VerdictCache open(Path dictionary) throws IOException {
        return VerdictCache.open(new CacheSettings(dictionary, 1_000_000, Optional.empty()), Clock.systemUTC());
    }
}
