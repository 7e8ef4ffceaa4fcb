package dev.tollgate.gateway.admin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import dev.tollgate.gateway.ListPage;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.keys.KeyOffice;
import dev.tollgate.gateway.keys.KeyOffice.Shown;

/** The steps of {@code /admin/keys}. */
@Component("adminKeys")
record AdminKeys(KeyOffice office, AdminAudit audit, TransactionTemplate transaction) {

    private static final Pattern API = Pattern.compile("[a-z0-9][a-z0-9._-]{0,49}");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,32}");
    private static final int MAX_APIS = 500;

    /** Makes a key. This answer is the only place where it ever stands. */
    public Map<String, Object> create(@Body byte[] body, Exchange exchange) {
        Fields fields = Fields.read(body, "name", "apis", "companyID", "sellerId");
        String name = fields.required("name", 100);
        List<String> apis = apis(fields);
        String company = fields.optional("companyID", 50).orElse(null);
        String seller = fields.optional("sellerId", 50).orElse(null);
        KeyOffice.Made made = transaction.execute(status -> {
            KeyOffice.Made key = office.make(name, apis, company, seller);
            audit.write(exchange, "key.create", "key " + key.id(), "name=%s, apis=%s, companyID=%s, sellerId=%s"
                    .formatted(name, String.join(" ", apis), company, seller));
            return key;
        });
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 201);
        exchange.getMessage().setHeader("Location", "/admin/keys/" + made.id());
        exchange.getMessage().setHeader("Cache-Control", "no-store");
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("id", made.id());
        answer.put("key", made.key());
        return answer;
    }

    private List<String> apis(Fields fields) {
        List<String> apis = fields.list("apis");
        List<String> wrong = apis.stream().filter(api -> !API.matcher(api).matches() || !office.knowsApi(api)).toList();
        if (!wrong.isEmpty() || String.join(",", apis).length() > MAX_APIS) {
            throw Refusal.of(400, "apis must name what the key may use, out of %s. Correct or leave out what is not among them."
                    .formatted(String.join(", ", office.apis())));
        }
        return apis;
    }

    /**
     * A page of the keys that were not revoked.
     *
     * @throws Refusal 400 for a part of the list that is none
     */
    public List<Map<String, Object>> list(@Header("after") @Nullable String after, Exchange exchange) {
        if (after != null && !ID.matcher(after).matches()) {
            throw Refusal.of(400, "after must be the id of the last key of the page before.");
        }
        ListPage page = ListPage.withoutAfter(exchange);
        return page.cut(office.some(page, after), Shown::id, "/admin/keys", exchange).stream().map(AdminKeys::shown).toList();
    }

    private static Map<String, Object> shown(Shown key) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("id", key.id());
        answer.put("name", key.name());
        answer.put("apis", key.apis());
        answer.put("companyID", key.companyId());
        answer.put("sellerId", key.sellerId());
        answer.put("key", "…" + key.lastFour());
        answer.put("createdAt", key.createdAt().toString());
        answer.put("lastUsedAt", key.lastUsedAt() == null ? null : key.lastUsedAt().toString());
        return answer;
    }

    /** @throws Refusal 404 for a key that is not there, or was revoked before */
    public void revoke(@Header("id") String id, Exchange exchange) {
        office.revoke(id, revoke -> transaction.execute(status -> {
            boolean done = revoke.getAsBoolean();
            if (done) {
                audit.write(exchange, "key.revoke", "key " + id, "revoked");
            }
            return done;
        }));
        exchange.getMessage().setBody(null);
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 204);
    }
}
