package dev.tollgate.xai;

import java.util.Optional;
import org.apache.camel.Exchange;

/** Flights to xAI bring judgements. They stand in a variable of the exchange. */
record JudgeCargo(JudgePolicy judge) implements FlightRepository.Cargo<Judgement> {

    /** Exchange variable that holds the {@link Judgement}. */
    static final String JUDGEMENT = "judgement";

    @Override
    public Optional<Judgement> known(String key) {
        return judge.known(key);
    }

    @Override
    public Judgement brought(Exchange exchange) {
        return exchange.getVariable(JUDGEMENT, Judgement.class);
    }

    @Override
    public void give(Exchange exchange, Judgement judgement) {
        exchange.setVariable(JUDGEMENT, judgement.shared());
    }

    @Override
    public void ended(String key) {
        judge.ended(key);
    }

    @Override
    public void failed(Exchange exchange, String reason) {
        exchange.setVariable(JUDGEMENT, judge.failed(reason));
    }
}
