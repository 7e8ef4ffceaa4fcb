package dev.tollgate.gateway.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.Exchange;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import dev.tollgate.database.Tables;
import dev.tollgate.gateway.KeyHolder;
import dev.tollgate.gateway.Refusal;

/** {@code GET /status/adoption}: what the first start found in tables that another program had made. */
@Component("adoptionPage")
record AdoptionPage(JdbcTemplate jdbc, Tables tables) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws Refusal 403 for a key that was made for one company: the report is of all */
    public JsonNode report(Exchange exchange) throws JsonProcessingException {
        if (KeyHolder.of(exchange).companyId() != null) {
            throw Refusal.of(403, "This key belongs to one company, and the report is of all. Use the admin key.");
        }
        return JSON.readTree(jdbc.queryForObject("SELECT Report FROM " + tables.adoption() + " WHERE AdoptionID = (SELECT MIN(AdoptionID) FROM "
                + tables.adoption() + ")", String.class));
    }
}
