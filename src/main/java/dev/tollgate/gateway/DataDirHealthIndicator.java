package dev.tollgate.gateway;

import java.util.List;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

import dev.tollgate.disk.DataDirWatch;
import dev.tollgate.disk.FileOwner;
import dev.tollgate.disk.HeldFiles;

/**
 * Down when files below data-dir were deleted or replaced under the running gateway, or when another process owns it; amber
 * while a file that is written anew with its next change is missing.
 */
@Component
record DataDirHealthIndicator(DataDirWatch watch) implements HealthIndicator {

    @Override
    public Health health() {
        if (FileOwner.isContestedBelow(watch.dataDir())) {
            return Health.down().withDetail("needs", List.of("Another Tollgate process owns data-dir: stop one of the two.")).build();
        }
        List<String> lost = HeldFiles.lostBelow(watch.dataDir());
        return HeldFiles.isLostBelow(watch.dataDir()) ? Health.down().withDetail("lost", lost).build() : Degraded.unless(lost);
    }
}
