package dev.tollgate.kit;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.NamedNode;
import org.apache.camel.Predicate;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spi.Policy;

import dev.tollgate.explain.Explanation;
import dev.tollgate.explain.Question;
import dev.tollgate.gateway.Refusal;

/**
 * One use of a kamelet of the kit: a policy around the steps that stand inside it. Made anew whenever the routes are; what
 * must outlive them is kept in a registry under {@link #name}.
 *
 * <p>The way of a call: {@link #enter}, which completes when the call may go on and holds no thread until then; the steps
 * inside; {@link Passage#ended}, which settles with the reply or the exception in the exchange, and may ask for the steps
 * inside once more; {@link Passage#release} on every way out.
 */
public abstract class KitPolicy implements Policy {

    /** Exchange property: what ends a wait of this exchange, a {@link Runnable}. */
    static final String LEAVE = "TollgateKitLeave";

    private static final Pattern TOKENS = Pattern.compile("\\d{1,9}");
    private static final AtomicLong REVISIONS = new AtomicLong();

    final Kit kit;
    private final long revision = REVISIONS.incrementAndGet();
    /** Bound: parameters that stand in a route file. No TreeMap: Camel takes its method key(…) for the setter of a property of that name. */
    private final Map<String, Object> given = new LinkedHashMap<>();
    private KameletParameters parameters;
    private String name;

    KitPolicy(Kit kit) {
        this.kit = kit;
    }

    /** The properties as the kamelet passes them; to be filled in before {@link #init}. */
    public Map<String, Object> getGiven() {
        return given;
    }

    /** @throws IllegalArgumentException when a property is wrong, naming it and the remedy; the routes are not taken then */
    public void init() {
        parameters = new KameletParameters(given);
        name = parameters.text("name").isEmpty() ? "" : parameters.name();
        read(parameters);
    }

    /** Reads the properties that need no route. */
    abstract void read(KameletParameters parameters);

    /** Reads the properties that need a route's context, such as expressions and beans. */
    void read(KameletParameters parameters, CamelContext context) {
        // most policies have none
    }

    /**
     * Called before the steps inside.
     *
     * @return completes when they may run, on any thread; exceptionally when the call is refused
     * @throws dev.tollgate.gateway.Refusal when it is refused at once
     */
    abstract CompletionStage<Passage> enter(Exchange exchange) throws Exception;

    @Override
    public void beforeWrap(Route route, NamedNode node) {
        read(parameters, route.getCamelContext());
        KitUses.of(route.getCamelContext()).add(this);
    }

    /**
     * What a call would meet here now, without making it; see {@code GET /status/explain}.
     *
     * @param step id of the step in the route file that uses this policy
     * @return empty when it would pass at once
     */
    Optional<Explanation> explain(Question question, String step) {
        return Optional.empty();
    }

    @Override
    public Processor wrap(Route route, Processor inside) {
        return new PolicyProcessor(this, kit, inside);
    }

    /** By which name its denials are counted: the kind of the policy and its own. */
    String rule() {
        return name.isEmpty() ? kind() : kind() + ":" + name;
    }

    /** The kamelet's name without its ending. */
    String kind() {
        return getClass().getSimpleName().replace("Policy", "").replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    /** Under which name the state is kept. */
    String name() {
        return name;
    }

    /** Grows with every use that is made, so that newer settings win over older ones. */
    long revision() {
        return revision;
    }

    /** What an expression says of a call, without blanks around it; of a long text the beginning and a hash. */
    static String text(Expression expression, Exchange exchange) {
        String text = expression.evaluate(exchange, String.class);
        return text == null ? "" : KeptAnswer.shortKey(text.strip());
    }

    /**
     * A number of tokens that an expression says a call may use.
     *
     * @throws dev.tollgate.gateway.Refusal 400 when it says no whole number from 0 to 999,999,999
     */
    static long wholeNumber(Expression expression, Exchange exchange, String what) {
        String text = text(expression, exchange);
        if (!TOKENS.matcher(text).matches()) {
            throw Refusal.of(400, "The " + what + " of this call is not known: it must be a whole number.");
        }
        return Long.parseLong(text);
    }

    /** A condition in Camel's simple language. */
    static Predicate predicate(CamelContext context, String text) {
        Predicate predicate = context.resolveLanguage("simple").createPredicate(text);
        predicate.init(context);
        return predicate;
    }

    /** An expression in Camel's simple language. */
    static Expression simple(CamelContext context, String text) {
        Expression expression = context.resolveLanguage("simple").createExpression(text);
        expression.init(context);
        return expression;
    }
}
