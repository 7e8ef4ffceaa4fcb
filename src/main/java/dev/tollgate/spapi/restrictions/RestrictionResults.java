package dev.tollgate.spapi.restrictions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RetryProperties;
import dev.tollgate.jobs.JobJournal;
import dev.tollgate.jobs.JobState;
import dev.tollgate.secret.SecretUnreadableException;

/**
 * What comes of each call of a restriction check: a verdict, which is on the disk before its lane takes another product; or
 * none, and then the job waits, goes on with other products, or ends.
 */
@Component("restrictionResults")
record RestrictionResults(RetryProperties retry, Clock clock) {

    private static final Logger LOG = LoggerFactory.getLogger(RestrictionResults.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How long a held up job waits before it looks whether its seller connected again; that costs Amazon no call. */
    private static final Duration RECONNECT = Duration.ofSeconds(3);

    /** Denials before the first verdict with which a check ends. */
    private static final int FIRST_DENIALS = 5;

    /** Settles a call that was made, with its answer or with what it met instead of one. */
    public void settle(@ExchangeProperty(RestrictionWork.PROPERTY) RestrictionWork work, Exchange exchange) {
        Exception thrown = (Exception) exchange.removeProperty(Exchange.EXCEPTION_CAUGHT);
        try {
            if (thrown == null) {
                keep(work, exchange);
                return;
            }
        } catch (IOException | RuntimeException e) {
            thrown = e;
        }
        failed(work, thrown, exchange);
    }

    /** Writes down what Amazon says, unless it says that it cannot answer now. */
    private void keep(RestrictionWork work, Exchange exchange) throws IOException {
        int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        String body = new String(Optional.ofNullable(exchange.getMessage().getBody(byte[].class)).orElse(new byte[0]), StandardCharsets.UTF_8);
        List<Restriction> verdicts = Restrictions.read(status, body, work.order().marketplaceIds());
        String error = Optional.ofNullable(verdicts.get(0).error()).orElse("");
        if (status == 503 || status == 403 && error.contains("expired")) { // another token is on its way
            work.job().holdUp("Amazon answered " + error + "; trying again", clock.instant());
        } else if ((status >= 500 || status == 403 && !isHopeless(work)) && mayAskAgain(work, error)) {
            LOG.warn("Job {}: Amazon answered {} to {}, which is asked again", work.job().id(), error, work.asin());
        } else if (status == 403 && work.job().totals().done() == 0) {
            work.job().finishOrWait(JobState.FAILED, "Amazon answered " + error, clock.instant());
        } else {
            work.job().append(List.of(entry(work.asin(), verdicts)), 0, clock.instant());
        }
        work.handOut().back(work.asin());
    }

    /** Amazon says no to whatever is asked: so it does to a seller without the role, while a no to some products may pass. */
    private static boolean isHopeless(RestrictionWork work) {
        return work.job().totals().done() == 0 && work.handOut().failures() >= FIRST_DENIALS;
    }

    /** Amazon failed on one product, or denied it: it is asked about again when the others are done, and then with growing waits. */
    private boolean mayAskAgain(RestrictionWork work, String error) {
        int failures = work.handOut().failed(work.asin());
        if (failures > retry.maxRetries()) {
            return false;
        }
        if (failures > 1) {
            long wait = Math.min(retry.maxDelay().toMillis(), retry.initialDelay().toMillis() << Math.min(failures - 2, 20));
            work.job().holdUpUntil("Amazon answered " + error + "; trying again", clock.instant().plusMillis(wait));
        }
        return true;
    }

    /** There is no answer; the product is asked about later. */
    private void failed(RestrictionWork work, Exception thrown, Exchange exchange) {
        work.handOut().back(work.asin());
        if (work.job().isOver() || exchange.getContext().isStopping()) {
            return; // nobody wants it any more, or the next process asks
        }
        if (thrown instanceof SecretUnreadableException) {
            work.job().finishOrWait(JobState.FAILED,
                    "The refresh token of this order cannot be read: its master key is not at hand. Order again.", clock.instant());
        } else if (!(thrown instanceof Refusal refusal)) {
            LOG.warn("Job {} got no answer and tries again: {}", work.job().id(), thrown.toString());
            work.job().holdUp("Amazon did not answer; trying again", clock.instant());
        } else if (refusal.getStatus() != 403) {
            work.job().holdUp(refusal.getMessage() + " Trying again", clock.instant());
        } else if (work.order().bringsToken()) {
            work.job().finishOrWait(JobState.FAILED,
                    "Amazon does not take the refresh token of this order. Order again with another one.", clock.instant());
        } else {
            work.job().holdUpUntil(refusal.getMessage() + " The job goes on then.", clock.instant().plus(RECONNECT));
        }
    }

    private static JobJournal.Entry entry(String asin, List<Restriction> verdicts) throws JsonProcessingException {
        boolean known = verdicts.stream().noneMatch(verdict -> verdict.result() == Restriction.Result.ERROR);
        return new JobJournal.Entry(asin, JSON.writeValueAsString(new Line(asin, verdicts)), known);
    }

    /** One line of the results. */
    private record Line(String asin, List<Restriction> results) {
    }
}
