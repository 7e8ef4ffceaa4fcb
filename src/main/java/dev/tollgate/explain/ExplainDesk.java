package dev.tollgate.explain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestQuery;

/** The steps of {@code GET /status/explain}. */
@Component("explainDesk")
public class ExplainDesk {

    private final Map<String, Explainer> explainers;
    private final OwnApis own;
    private final RuleBook rules;

    ExplainDesk(List<Explainer> explainers, OwnApis own, RuleBook rules) {
        this.explainers = explainers.stream()
                .collect(Collectors.toMap(Explainer::api, Function.identity(), (a, b) -> a, TreeMap::new));
        this.own = own;
        this.rules = rules;
    }

    /** Those of the gateway itself, and those of route files, of which none takes the place of the gateway's. */
    private Map<String, Explainer> explainers() {
        Map<String, Explainer> all = new TreeMap<>(own.explainers());
        all.putAll(explainers);
        return all;
    }

    /**
     * Checks what is asked, before anything is read for it.
     *
     * @throws Refusal 400 that names the parameter, 403 for a company or seller that is not the key's own
     */
    public void check(Exchange exchange) {
        Map<String, String> query = RequestQuery.of(exchange);
        String api = query.getOrDefault("api", "").strip();
        Map<String, Explainer> known = explainers();
        if (!known.containsKey(api)) {
            throw Refusal.of(400, "Please provide api, one of %s, as in ?api=keepa.".formatted(String.join(", ", known.keySet())));
        }
        KeyHolder holder = KeyHolder.of(exchange);
        if (!holder.mayNameSeller(query.get("sellerId")) || !holder.mayName(query.get("companyID"))) {
            throw Refusal.of(403, "This key belongs to another company or seller.");
        }
        query.keySet().stream().filter(name -> !name.equals("api") && !known.get(api).parameters().contains(name))
                .findFirst().ifPresent(name -> {
                    throw Refusal.of(400, "There is no parameter %s for api=%s. Use %s.".formatted(
                            name.length() > 50 ? name.substring(0, 50) + "…" : name, api,
                            String.join(", ", known.get(api).parameters().stream().sorted().toList())));
                });
        exchange.setProperty("explainApi", api);
    }

    /** What a call would meet, with the file, route and step that decide. */
    public Map<String, Object> answer(Exchange exchange) {
        String api = exchange.getProperty("explainApi", String.class);
        Explanation said = Objects.requireNonNull(explainers().get(api), "check comes first")
                .explain(new Question(RequestQuery.of(exchange), exchange.getMessage().getBody()));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("api", api);
        answer.put("outcome", said.outcome().text());
        answer.put("status", said.status());
        answer.put("message", said.message());
        answer.put("passesAt", said.passesAt() == null ? null : said.passesAt().toString());
        answer.put("rule", rules.find(said.step())
                .orElseGet(() -> new RuleBook.Rule(null, null, said.step(), null)));
        answer.put("details", said.details());
        return answer;
    }
}
