package dev.tollgate.door;

import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.processor.RemoveHeadersProcessor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.RememberedNames;

/**
 * Makes the patterns of {@code removeHeaders} once, where Camel makes them anew for each header of each call. Which headers go and
 * which stay is as Camel says: by their names in any case, by a beginning with an asterisk behind it, or by a regular expression.
 */
@Component
final class HeaderSelection extends StepInterceptor {

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode node, Processor target, Processor next) {
        return target instanceof RemoveHeadersProcessor step ? new Selection(step) : target;
    }

    /** What Camel takes for the name or names that a text stands for. */
    static Predicate<String> names(String pattern) {
        Predicate<String> same = pattern::equalsIgnoreCase;
        if (pattern.endsWith("*")) {
            String beginning = pattern.substring(0, pattern.length() - 1);
            same = same.or(name -> name.regionMatches(true, 0, beginning, 0, beginning.length()));
        }
        try {
            Pattern expression = Pattern.compile(pattern, Pattern.CASE_INSENSITIVE);
            return same.or(name -> expression.matcher(name).matches());
        }
        catch (PatternSyntaxException noExpression) {
            return same;
        }
    }

    /** Keeps the step inside, which Camel starts, stops and describes. */
    private static final class Selection extends DelegateAsyncProcessor {

        private final Predicate<String> removed;

        Selection(RemoveHeadersProcessor step) {
            super(step);
            String[] kept = step.getExcludePattern();
            this.removed = new RememberedNames(names(step.getPattern()).and((kept == null ? Stream.<String>empty() : Stream.of(kept))
                    .map(HeaderSelection::names).reduce(Predicate::or).orElse(name -> false).negate()));
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            if (exchange.getMessage().hasHeaders()) {
                exchange.getMessage().getHeaders().keySet().removeIf(removed);
            }
            callback.done(true);
            return true;
        }
    }
}
