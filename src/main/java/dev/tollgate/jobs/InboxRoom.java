package dev.tollgate.jobs;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Leaves files in the inbox while no more can be ordered; they are taken when there is room. */
@Component("inboxRoom")
class InboxRoom implements GenericFileFilter<Object> {

    private static final Logger LOG = LoggerFactory.getLogger(InboxRoom.class);
    private static final Duration SAY_EVERY = Duration.ofMinutes(10);

    private final Jobs jobs;
    private final Clock clock;
    private Instant said = Instant.EPOCH;

    InboxRoom(Jobs jobs, Clock clock) {
        this.jobs = jobs;
        this.clock = clock;
    }

    @Override
    public synchronized boolean accept(GenericFile<Object> file) {
        if (file.isDirectory() || jobs.mayOrder(Job.OPERATOR, file.getFileLength())) {
            return true;
        }
        if (said.plus(SAY_EVERY).isBefore(clock.instant())) {
            said = clock.instant();
            LOG.warn("File {} and others wait in the inbox: too many jobs have not ended (tollgate.jobs.max-open, max-open-items),"
                    + " or the disk has no room", file.getFileName());
        }
        return false;
    }
}
